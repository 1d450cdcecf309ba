package feedcheck

import (
	"maps"
	"slices"
)

// Code names a kind of finding. Codes are promises: scripts hold on to them.
type Code string

// Codes lists all codes in alphabetical order.
func Codes() []Code { return slices.Sorted(maps.Keys(rules)) }

// The codes. Those that the W3C feed validator has too bear its names, as a rule.
const (
	// Any document.
	TooLarge      Code = "TooLarge"
	UnknownFormat Code = "UnknownFormat"
	NotWellFormed Code = "NotWellFormed"
	BadCharacters Code = "BadCharacters"
	ByteOrderMark Code = "ByteOrderMark"

	// Any XML document.
	NotUTF8          Code = "NotUTF8"
	EncodingMismatch Code = "EncodingMismatch"
	Doctype          Code = "Doctype"
	UndeclaredPrefix Code = "UndeclaredPrefix"
	UnknownNamespace Code = "UnknownNamespace"
	MediaNamespace   Code = "MediaRssNamespace"

	// What a document is made of.
	MissingElement       Code = "MissingElement"
	DuplicateElement     Code = "DuplicateElement"
	UndefinedElement     Code = "UndefinedElement"
	MissingAttribute     Code = "MissingAttribute"
	UnexpectedAttribute  Code = "UnexpectedAttribute"
	UnexpectedText       Code = "UnexpectedText"
	UnexpectedWhitespace Code = "UnexpectedWhitespace"
	NotBlank             Code = "NotBlank"
	WrongType            Code = "WrongType"
	DuplicateMember      Code = "DuplicateMember"
	Deprecated           Code = "Deprecated"

	// Values.
	InvalidRFC3339Date  Code = "InvalidRFC3339Date"
	InvalidRFC822Date   Code = "InvalidRFC2822Date"
	ProblematicDate     Code = "ProblematicalRFC822Date"
	IncorrectDayOfWeek  Code = "IncorrectDOW"
	ImplausibleDate     Code = "ImplausibleDate"
	InvalidAddress      Code = "InvalidURI"
	RelativeAddress     Code = "InvalidFullLink"
	NonASCIIAddress     Code = "UriNotIri"
	InvalidTag          Code = "InvalidTAG"
	NonCanonicalID      Code = "NonCanonicalURI"
	LongID              Code = "LongID"
	InvalidLanguage     Code = "InvalidLanguage"
	InvalidMediaType    Code = "InvalidMIMEType"
	InvalidTextType     Code = "InvalidTextType"
	InvalidInteger      Code = "InvalidInteger"
	InvalidValue        Code = "InvalidValue"
	InvalidEmail        Code = "InvalidContact"
	InvalidVersion      Code = "InvalidVersion"
	UnregisteredLinkRel Code = "UnregisteredAtomLinkRel"

	// Feeds and entries of any format.
	MissingSelf          Code = "MissingSelf"
	RelativeSelf         Code = "RelativeSelf"
	SelfMismatch         Code = "SelfDoesntMatchLocation"
	SelfMediaType        Code = "SelfNotAtom"
	MissingLanguage      Code = "MissingLanguage"
	DuplicateEntries     Code = "DuplicateEntries"
	DuplicateUpdated     Code = "DuplicateUpdated"
	UpdatedBefore        Code = "UpdatedBeforePublished"
	FeedOlder            Code = "FeedOlderThanEntry"
	InconsistentElements Code = "InconsistentElements"
	MissingSource        Code = "MissingSourceElement"
	MissingLabel         Code = "MissingLabel"
	MissingRights        Code = "MissingRights"
	MissingImageText     Code = "MissingImageText"

	// Atom.
	MissingAuthor         Code = "MissingAuthor"
	MissingContent        Code = "MissingContentOrAlternate"
	MissingSummary        Code = "MissingSummary"
	MissingText           Code = "MissingTextualContent"
	DuplicateAtomLink     Code = "DuplicateAtomLink"
	LinkNotEmpty          Code = "AtomLinkNotEmpty"
	MisplacedMetadata     Code = "MisplacedMetadata"
	MissingDiv            Code = "MissingXhtmlDiv"
	MisplacedBase         Code = "MisplacedXMLBase"
	TombstoneBesideEntry  Code = "TombstoneBesideEntry"
	HistoryInEntry        Code = "FeedHistoryRelInEntry"
	LinkInComplete        Code = "FeedRelInCompleteFeed"
	ArchiveWithoutCurrent Code = "MissingCurrentInArchive"
	ArchiveComplete       Code = "ArchiveAndComplete"
	ArchivePaged          Code = "ArchiveAndPaged"
	LinkPastEnd           Code = "LinkPastEnd"

	// RSS.
	MissingTitle       Code = "ItemMustContainTitleOrDescription"
	MissingGUID        Code = "MissingGuid"
	InvalidPermalink   Code = "InvalidPermalink"
	NotUnique          Code = "NotSufficientlyUnique"
	EmailFormat        Code = "EmailFormat"
	DuplicateEnclosure Code = "DuplicateEnclosure"
	ContentBefore      Code = "NeedDescriptionBeforeContent"
	DuplicateSemantics Code = "DuplicateItemSemantics"
	MisplacedItem      Code = "MisplacedItem"
	ImageTitleMismatch Code = "ImageTitleDoesntMatch"
	ImageLinkMismatch  Code = "ImageLinkDoesntMatch"
	AvoidTextInput     Code = "AvoidTextInput"
	InvalidMediaMedium Code = "InvalidMediaMedium"
	InvalidMediaText   Code = "InvalidMediaTextType"

	// HTML in any format.
	ContainsHTML     Code = "ContainsHTML"
	NotHTML          Code = "NotHtml"
	SecurityRisk     Code = "SecurityRisk"
	SecurityRiskAttr Code = "SecurityRiskAttr"
	DangerousStyle   Code = "DangerousStyleAttr"
	RelativeRef      Code = "ContainsRelRef"
	MissingDirection Code = "MissingDirection"

	// JSON Feed.
	UnknownMember Code = "UnknownMember"
	NextIsSelf    Code = "NextIsSelf"

	// OPML.
	MissingXMLURL         Code = "MissingXmlURL"
	MissingOutlineTitle   Code = "MissingTitleAttr"
	MissingOutlineType    Code = "MissingOutlineType"
	InvalidOutlineType    Code = "InvalidOutlineType"
	InvalidOutlineVersion Code = "InvalidOutlineVersion"
	DuplicateOutline      Code = "DuplicateOutline"

	// How it is served.
	HTTPStatus          Code = "HttpStatus"
	ContentType         Code = "UnexpectedContentType"
	MissingCharset      Code = "MissingCharset"
	MissingValidators   Code = "MissingValidators"
	MissingCacheControl Code = "MissingCacheControl"
	MissingVary         Code = "MissingVary"
	MissingCORS         Code = "MissingCORS"
	Cookie              Code = "Cookie"
	HubDiffers          Code = "HubDiffers"
	SelfDiffers         Code = "SelfDiffers"
	HubWithoutSelf      Code = "HubWithoutSelf"
)
