// Package gazetteer says which places a name may mean: countries, their first and
// second level subdivisions, capitals, cities and towns, and nationalities, in many
// languages and scripts.
//
// All of it is one embedded file that is looked into where it lies: nothing is parsed
// at start, nothing is allocated by a look-up, so opening costs microseconds and the
// heap stays as it is. The file is made by the program in generate; manifest.json says
// from what. Its layout is described in layout.go, the reasons in docs/decisions/0010.
//
// A name is looked up by the Key of its folded words ([AppendFold], [IsWord]): the
// caller walks a text's words, asks [Index.Lengths] with the first one and, only where
// that is not zero, [Index.Find] with as many more as it says. Scripts that put no space
// between words go through [Index.Run].
//
// What the caller must do, as the file holds names the way lists give them, mostly in the
// nominative and without what a language writes together with them:
//
//   - take the ending of the case off Russian, Ukrainian and other Slavic words (в Ливии),
//     Turkish (Libya'da: the apostrophe parts it already) and others that decline;
//   - take what Arabic writes together with a word off it (ولليبيا), and try with and
//     without the article;
//   - ask whether the word begins with a capital, where the script has capitals: "nice",
//     "tours" and "reading" are found here as well. [Entry.Risk] says what else a form
//     is: a word of which languages, a given name, a surname;
//   - choose among [Entry.Candidate]s, which come with the likelier first but know
//     nothing of the text: the country already named, the subdivision behind a comma.
//
// A town of fewer than 15,000 that stands alone is a weak sign: its name is nobody else's
// in the lists, but lists know few of the world's surnames. Where people added it (a camp,
// a crossing) its population is often not known, and zero.
//
// The package knows names, not rules about texts. It is pure and safe for concurrent use,
// and must not know the taxonomy, configuration or what a text is about.
package gazetteer
