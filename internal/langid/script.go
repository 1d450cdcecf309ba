package langid

import "unicode"

// Script is a writing system by its ISO 15924 code, empty for none.
type Script string

// The scripts that more than one of our languages is written in.
const (
	latin      Script = "Latn"
	cyrillic   Script = "Cyrl"
	arabic     Script = "Arab"
	han        Script = "Hani"
	kana       Script = "Kana"
	devanagari Script = "Deva"
	ethiopic   Script = "Ethi"
	bengali    Script = "Beng"
)

// block is a range of Unicode with the script of its letters.
type block struct {
	from, to rune // to excluded
	script   Script
}

// blocks are in the order of their code points. Signs shared by scripts stand in none.
var blocks = [...]block{
	{0x41, 0x5B, latin}, {0x61, 0x7B, latin}, {0xAA, 0xAB, latin}, {0xBA, 0xBB, latin}, {0xC0, 0x250, latin}, {0x250, 0x2B0, latin},
	{0x370, 0x400, "Grek"}, {0x400, 0x530, cyrillic}, {0x531, 0x590, "Armn"}, {0x591, 0x600, "Hebr"},
	{0x610, 0x660, arabic}, {0x66E, 0x6D4, arabic}, {0x6D5, 0x6F0, arabic}, {0x6FA, 0x700, arabic}, {0x700, 0x750, "Syrc"},
	{0x750, 0x780, arabic}, {0x780, 0x7C0, "Thaa"}, {0x7C0, 0x800, "Nkoo"}, {0x8A0, 0x900, arabic},
	{0x900, 0x964, devanagari}, {0x970, 0x980, devanagari}, {0x980, 0xA00, bengali}, {0xA00, 0xA80, "Guru"}, {0xA80, 0xB00, "Gujr"},
	{0xB00, 0xB80, "Orya"}, {0xB80, 0xC00, "Taml"}, {0xC00, 0xC80, "Telu"}, {0xC80, 0xD00, "Knda"}, {0xD00, 0xD80, "Mlym"},
	{0xD80, 0xE00, "Sinh"}, {0xE00, 0xE80, "Thai"}, {0xE80, 0xF00, "Laoo"}, {0xF00, 0x1000, "Tibt"}, {0x1000, 0x10A0, "Mymr"},
	{0x10A0, 0x1100, "Geor"}, {0x1100, 0x1200, "Kore"}, {0x1200, 0x13A0, ethiopic}, {0x1780, 0x1800, "Khmr"}, {0x1800, 0x18B0, "Mong"},
	{0x1E00, 0x1F00, latin}, {0x1F00, 0x2000, "Grek"}, {0x2C60, 0x2C80, latin}, {0x2D30, 0x2D80, "Tfng"}, {0x2D80, 0x2DE0, ethiopic},
	{0x3005, 0x3008, han}, {0x3041, 0x3100, kana}, {0x3130, 0x3190, "Kore"}, {0x31F0, 0x3200, kana}, {0x3400, 0x4DC0, han}, {0x4E00, 0xA000, han},
	{0xA640, 0xA6A0, cyrillic}, {0xA9E0, 0xAA00, "Mymr"}, {0xAA60, 0xAA80, "Mymr"}, {0xAB00, 0xAB30, ethiopic}, {0xAC00, 0xD7B0, "Kore"}, {0xF900, 0xFB00, han},
	{0xFB1D, 0xFB50, "Hebr"}, {0xFB50, 0xFE00, arabic}, {0xFE70, 0xFEFF, arabic}, {0xFF66, 0xFFA0, kana},
	{0x10D00, 0x10D40, "Rohg"}, {0x1E900, 0x1E960, "Adlm"}, {0x20000, 0x323B0, han},
}

// Where blocks has what is asked for most.
const (
	cyrillicBlock = 7
	arabicBlock   = 10
)

// noScript is the index of none.
const noScript = -1

// blockOf finds the block of a letter, noScript for what is no letter.
func blockOf(r rune) int {
	switch { // the common ones
	case r >= 'a' && r <= 'z':
		return 1
	case r < 'A':
		return noScript
	case r >= 0x620 && r < 0x64B:
		return arabicBlock
	case r >= 0x410 && r < 0x450:
		return cyrillicBlock
	}
	from, to := 0, len(blocks)
	for from < to {
		mid := int(uint(from+to) >> 1)
		if r >= blocks[mid].to {
			from = mid + 1
		} else {
			to = mid
		}
	}
	if from == len(blocks) || r < blocks[from].from || r >= 0x80 && !unicode.IsLetter(r) && !unicode.IsMark(r) {
		return noScript
	}
	return from
}

// ScriptOf is the script of a letter, empty for what is no letter.
func ScriptOf(r rune) Script {
	if i := blockOf(r); i != noScript {
		return blocks[i].script
	}
	return ""
}

// only names the language of a script that is written in it alone, or nearly so.
var only = map[Script]string{
	"Grek": "el", "Armn": "hy", "Hebr": "he", "Syrc": "syr", "Thaa": "dv", "Nkoo": "nqo", "Guru": "pa", "Gujr": "gu", "Orya": "or",
	"Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo", "Mymr": "my",
	"Geor": "ka", "Kore": "ko", "Khmr": "km", "Mong": "mn", "Tfng": "zgh", "Rohg": "rhg", "Adlm": "ff", bengali: "bn",
}
