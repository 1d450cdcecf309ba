package web

import "tributary/feeds"

// reasonName words why two entries are one story, or are not; a reason that the page has no
// words for stands as it is.
func reasonName(p *printer, code string) string {
	switch code {
	case "guid":
		return p.t("reason.guid")
	case "address":
		return p.t("reason.address")
	case "translation":
		return p.t("reason.translation")
	case "text":
		return p.t("reason.text")
	case "slug":
		return p.t("reason.slug")
	case "copy":
		return p.t("reason.copy")
	case "rewrite":
		return p.t("reason.rewrite")
	case "headline":
		return p.t("reason.headline")
	case "figures":
		return p.t("reason.figures")
	case "kept":
		return p.t("reason.kept")
	case "people":
		return p.t("reason.people")
	case "other_issue":
		return p.t("reason.other_issue")
	case "other_place":
		return p.t("reason.other_place")
	case "other_figures":
		return p.t("reason.other_figures")
	case "other_names":
		return p.t("reason.other_names")
	case "other_text":
		return p.t("reason.other_text")
	case "other_headline":
		return p.t("reason.other_headline")
	case "other_parts":
		return p.t("reason.other_parts")
	case "other_entry":
		return p.t("reason.other_entry")
	case "one_source":
		return p.t("reason.one_source")
	case "other_lead":
		return p.t("reason.other_lead")
	case "too_short":
		return p.t("reason.too_short")
	case "too_far":
		return p.t("reason.too_far")
	case "nothing":
		return p.t("reason.nothing")
	default:
		return code
	}
}

// actionName words what people decided, "" for what is not told: why something is withdrawn
// may be what is to be kept from readers.
func actionName(p *printer, a feeds.RulingAction) string {
	switch a {
	case feeds.RulingMerge:
		return p.t("decided.merge")
	case feeds.RulingSplit:
		return p.t("decided.split")
	case feeds.RulingLead:
		return p.t("decided.lead")
	default:
		return ""
	}
}
