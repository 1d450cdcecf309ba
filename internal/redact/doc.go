// Package redact takes out of an entry what must not be republished under our name:
// the press contacts at the end of a release, personal e-mail addresses, phone numbers,
// numbers of passports and the like, and the field names that old content management
// systems printed into bodies.
//
// What goes and what stays:
//
//   - A press-contact block goes whole, with the names in it. It begins with a phrase that
//     asks for information and to contact somebody, or with a heading such as "Media
//     contact", in eight languages, and counts only if a personal address, a phone number
//     or a person's name follows. It ends where prose begins again.
//   - An e-mail address stays only if it is a functional mailbox by a pattern of the
//     installation or of the source. An author keeps the name and loses the address.
//   - A phone number is one with a country code, or one beside a word such as Tel or
//     WhatsApp. Help numbers stay: short codes, toll-free numbers, and numbers beside
//     hotline and its like, unless it is a hotline for the press.
//   - Blocks never take more than maxShare of a text that is longer than shortText; beyond
//     that only the addresses and numbers themselves go. Titles lose nothing else.
//
// Nothing is ever added, a text that went through once is not changed again, and markup
// stays as balanced as Sanitise gave it. The package is pure: no files, no network, no
// clock, no log. It counts what it cut and never hands it on.
package redact
