package classify

import "testing"

// Marks of scripts that write vowels as marks belong to the word; accents do not.
func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Yaoundé": "yaounde", "YAOUNDE": "yaounde", "Yaounde\u0301": "yaounde", "Łódź": "lodz", "Алёна": "алена", "أَفْغَانِسْتان": "افغانستان",
		"বাংলাদেশ": "বাংলাদেশ", "मोदी": "मोदी", "မြန်မာ": "မြန်မာ", "ไทย": "ไทย", "ދިވެހި": "ދިވެހި",
	} {
		if got := fold(text); got != want {
			t.Errorf("fold(%q) = %q, want %q", text, got, want)
		}
		for _, r := range text {
			if !isWord(r) {
				t.Errorf("%q of %q is not of a word", r, text)
			}
		}
	}
}
