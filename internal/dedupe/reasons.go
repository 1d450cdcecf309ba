package dedupe

// Code names a reason in one word, for addresses and translations; "" for one that there
// is not.
func (r Reason) Code() string {
	switch r {
	case ByGUID:
		return "guid"
	case ByAddress:
		return "address"
	case ByTranslation:
		return "translation"
	case ByText:
		return "text"
	case BySlug:
		return "slug"
	case ByCopy:
		return "copy"
	case ByRewrite:
		return "rewrite"
	case ByHeadline:
		return "headline"
	case ByFigures:
		return "figures"
	case Kept:
		return "kept"
	case People:
		return "people"
	}
	return r.against()
}

// against are the codes of the reasons why two entries are not one story.
func (r Reason) against() string {
	switch r {
	case OtherIssue:
		return "other_issue"
	case OtherPlace:
		return "other_place"
	case OtherFigures:
		return "other_figures"
	case OtherNames:
		return "other_names"
	case OtherText:
		return "other_text"
	case OtherHeadline:
		return "other_headline"
	case OtherParts:
		return "other_parts"
	case OtherEntry:
		return "other_entry"
	case OneSource:
		return "one_source"
	case OtherLead:
		return "other_lead"
	case TooShort:
		return "too_short"
	case TooFar:
		return "too_far"
	case Nothing:
		return "nothing"
	}
	return ""
}
