package read

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// codec is an encoding by its one name here. decoder is nil for UTF-8, for UTF-16 and
// UTF-32, which have their own ways, and for an unknown encoding, whose name is empty.
type codec struct {
	name    string
	decoder decoder
}

type decoder interface{ NewDecoder() *encoding.Decoder }

// lookup finds the encoding that a label means. Publishers write labels in every way:
// "Windows-1251", "win_1251", "cp1251", "x-cp1251", "1251". So only letters and digits
// of a label count, and what the WHATWG's list lacks is looked for by its number.
func lookup(label string) codec {
	key := strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, label)
	if len(key) > 32 {
		return codec{}
	}
	if c, ok := unicodeLabel(key); ok {
		return c
	}
	if enc, name := charset.Lookup(strings.Trim(label, " \t\"';,")); usable8(enc, name) {
		return codec{name, enc}
	}
	for _, k := range []string{key, strings.TrimPrefix(key, "x"), strings.TrimPrefix(key, "cs")} {
		if c := byKey(k); c.name != "" {
			return c
		}
	}
	return codec{}
}

func usable8(enc encoding.Encoding, name string) bool {
	return enc != nil && name != "replacement" && name != "utf-8" && !strings.HasPrefix(name, "utf-16")
}

// unicodeLabel knows the labels of Unicode's own encodings, and of ASCII, which is
// part of UTF-8.
func unicodeLabel(key string) (codec, bool) {
	switch key {
	case "usascii", "ascii", "ansix341968", "iso646us", "us", "646", "utf8", "utf8mb4", "u8", "utf", "unicode11utf8", "utf8sig", "cp65001", "65001":
		return codec{name: "utf-8"}, true
	case "utf16", "u16", "ucs2", "iso10646ucs2", "csucs2", "csunicode", "unicode", "utf16le", "utf16be", "unicodelittle", "unicodebig", "csutf16", "ucs2le", "ucs2be":
		return codec{name: "utf-16"}, true
	case "utf32", "u32", "ucs4", "iso10646ucs4", "csucs4", "utf32le", "utf32be", "csutf32", "ucs4le", "ucs4be":
		return codec{name: "utf-32"}, true
	}
	return codec{}, false
}

// byKey finds an encoding by the letters and digits of its label.
func byKey(key string) codec {
	if name := nickname(key); name != "" {
		return byName(name)
	}
	for _, prefix := range []string{"", "cp", "ibm", "windows", "win", "ms", "dos", "oem", "codepage", "ebcdiccp"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && isDigits(rest) {
			return byNumber(strings.TrimLeft(rest, "0"))
		}
	}
	if rest, ok := strings.CutPrefix(key, "iso"); ok && isDigits(rest) {
		return byNumber(rest)
	}
	return codec{}
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// nickname resolves labels that are no variant of a name or number.
func nickname(key string) string {
	switch key {
	case "ansi", "msansi", "l1", "latin1":
		return "windows-1252"
	case "msee":
		return "windows-1250"
	case "mscyrl":
		return "windows-1251"
	case "msgreek":
		return "windows-1253"
	case "msturk":
		return "windows-1254"
	case "mshebr":
		return "windows-1255"
	case "msarab":
		return "windows-1256"
	case "winbaltrim", "winbaltic":
		return "windows-1257"
	case "latin2", "l2":
		return "iso-8859-2"
	case "latin3", "l3":
		return "iso-8859-3"
	case "latin4", "l4":
		return "iso-8859-4"
	case "latin5", "l5":
		return "windows-1254"
	case "latin6", "l6":
		return "iso-8859-10"
	case "latin7", "l7":
		return "iso-8859-13"
	case "latin8", "l8":
		return "iso-8859-14"
	case "latin9", "l9":
		return "iso-8859-15"
	case "latin10", "l10":
		return "iso-8859-16"
	case "koi8", "koi8r":
		return "koi8-r"
	case "koi8u", "koi8ru":
		return "koi8-u"
	case "koi8t":
		return "koi8-t"
	case "kz1048", "rk1048", "strk10482002":
		return "kz-1048"
	case "ptcp154", "pt154", "cyrillicasian":
		return "ptcp154"
	case "hproman8", "roman8", "r8":
		return "hp-roman8"
	case "tis620", "thai":
		return "windows-874"
	case "mac", "macroman", "macintosh":
		return "macintosh"
	case "maccyrillic", "macukrainian":
		return "x-mac-cyrillic"
	case "macgreek":
		return "x-mac-greek"
	case "macturkish":
		return "x-mac-turkish"
	case "maciceland", "macicelandic":
		return "x-mac-iceland"
	case "macce", "maclatin2", "maccentraleurope", "maccentraleuro":
		return "x-mac-ce"
	case "hz", "hzgb", "hzgb2312":
		return "hz-gb-2312"
	case "gb2312", "gb231280", "gb23121980", "euccn", "eucgb2312cn", "gbk", "chinese", "cngb":
		return "gbk"
	case "gb18030", "gb180302000":
		return "gb18030"
	case "big5", "big5tw", "big5hkscs", "hkscs", "xbig5":
		return "big5"
	case "sjis", "shiftjis", "mskanji", "windows31j", "shiftjis2004", "shiftjisx0213":
		return "shift_jis"
	case "eucjp", "ujis", "eucjis2004", "eucjisx0213":
		return "euc-jp"
	case "iso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jp2004", "iso2022jp3", "iso2022jpext":
		return "iso-2022-jp"
	case "euckr", "uhc", "ksc5601", "ksx1001", "ksc56011987", "korean":
		return "euc-kr"
	case "iso2022kr":
		return "iso-2022-kr"
	case "ebcdiccpus", "ebcdiccpca", "ebcdiccpnl", "ebcdiccpwt", "ebcdic", "ebcdicus":
		return "cp037"
	case "ebcdiccpbe", "ebcdiccpch":
		return "cp500"
	case "ebcdiccphe":
		return "cp424"
	case "ebcdiccptr":
		return "cp1026"
	case "ebcdiccpgr":
		return "cp875"
	}
	return ""
}

// byNumber finds an encoding by the number of its code page or of its standard.
func byNumber(n string) codec {
	if part, ok := strings.CutPrefix(n, "8859"); ok {
		return byName("iso-8859-" + part)
	}
	if part, ok := strings.CutPrefix(n, "2859"); ok && len(part) == 1 { // Microsoft's numbers
		return byName("iso-8859-" + part)
	}
	switch n {
	case "1250", "1251", "1252", "1253", "1254", "1255", "1256", "1257", "1258", "874":
		return byName("windows-" + n)
	case "819":
		return byName("windows-1252")
	case "912":
		return byName("iso-8859-2")
	case "28605":
		return byName("iso-8859-15")
	case "878", "20866":
		return byName("koi8-r")
	case "21866":
		return byName("koi8-u")
	case "932", "943":
		return byName("shift_jis")
	case "936":
		return byName("gbk")
	case "54936":
		return byName("gb18030")
	case "949":
		return byName("euc-kr")
	case "950":
		return byName("big5")
	case "51932":
		return byName("euc-jp")
	case "10000":
		return byName("macintosh")
	case "37":
		return byName("cp037")
	}
	return byName("cp" + n)
}

// byName gives the decoder of an encoding.
func byName(name string) codec {
	var table *charmap.Charmap
	switch name {
	case "hz-gb-2312":
		return codec{name, simplifiedchinese.HZGB2312}
	case "iso-2022-kr":
		enc, _ := charset.Lookup("euc-kr")
		return codec{name, enc}
	case "cp037":
		table = charmap.CodePage037
	case "cp437":
		table = charmap.CodePage437
	case "cp850":
		table = charmap.CodePage850
	case "cp852":
		table = charmap.CodePage852
	case "cp855":
		table = charmap.CodePage855
	case "cp858":
		table = charmap.CodePage858
	case "cp860":
		table = charmap.CodePage860
	case "cp862":
		table = charmap.CodePage862
	case "cp863":
		table = charmap.CodePage863
	case "cp865":
		table = charmap.CodePage865
	case "cp866":
		table = charmap.CodePage866
	case "cp1047":
		table = charmap.CodePage1047
	case "cp1140":
		table = charmap.CodePage1140
	}
	if table != nil {
		return codec{name, table}
	}
	if t := codePage(name); t != "" {
		return codec{name, tableEncoding(t)}
	}
	if enc, n := charset.Lookup(name); usable8(enc, n) {
		return codec{n, enc}
	}
	return codec{}
}

// isEBCDIC tells the encodings in which not even a '<' is that of ASCII.
func isEBCDIC(name string) bool {
	switch name {
	case "cp037", "cp424", "cp500", "cp875", "cp1026", "cp1047", "cp1140":
		return true
	}
	return false
}

// manyBytes tells whether an encoding uses more than one byte for a character.
func manyBytes(name string) bool {
	switch name {
	case "gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr":
		return true
	}
	return escapes(name)
}

// escapes tells whether an encoding writes all its characters in the bytes of ASCII.
func escapes(name string) bool {
	switch name {
	case "iso-2022-jp", "iso-2022-kr", "hz-gb-2312":
		return true
	}
	return false
}

// tableEncoding decodes by a table of codePage.
type tableEncoding string

func (e tableEncoding) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: &tableDecoder{table: []rune(string(e))}}
}

type tableDecoder struct {
	transform.NopResetter
	table []rune
}

// Transform implements transform.Transformer.
func (d *tableDecoder) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	low := 256 - len(d.table) // what is below is ASCII
	for i, c := range src {
		r := rune(c)
		if int(c) >= low {
			r = d.table[int(c)-low]
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, i, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
	}
	return nDst, len(src), nil
}
