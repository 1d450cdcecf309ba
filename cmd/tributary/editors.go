package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/store"
	"tributary/internal/web"
)

type tokenCmd struct{}

// Run prints a fresh token, which is kept nowhere, and its hash.
func (c *tokenCmd) Run(con *console, g *Globals) error {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return fmt.Errorf("make token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	sum := sha256.Sum256([]byte(token))
	hash := hex.EncodeToString(sum[:])
	if g.JSON {
		return json.NewEncoder(con.out).Encode(map[string]string{"token": token, "sha256": hash})
	}
	fmt.Fprintf(con.out, "token   %s\nsha256  %s\n", token, hash)
	fmt.Fprintln(con.err, "Give the token to one person; it is shown this once. Write the sha256 under desk.editors, with the person's name and office.")
	return nil
}

// editors are those of the configuration, which has checked the hashes.
func editors(cfg *config.Config) []web.Editor {
	out := make([]web.Editor, 0, len(cfg.Desk.Editors))
	for _, e := range cfg.Desk.Editors {
		editor := web.Editor{Name: e.Name, Office: e.Office}
		if n, err := hex.Decode(editor.Token[:], []byte(e.Token)); err == nil && n == len(editor.Token) {
			out = append(out, editor)
		}
	}
	return out
}

// labelDesk is the desk of the configuration in force.
type labelDesk struct{ a *app }

func (d labelDesk) desk() *pipeline.Desk { return d.a.desk.Load() }

// Explain implements web.Desk.
func (d labelDesk) Explain(ctx context.Context, source *feeds.Source, e *feeds.Entry, kind feeds.LabelKind, value string) (feeds.Explanation, error) {
	return d.desk().Explain(ctx, source, e, kind, value)
}

// Correct implements web.Desk.
func (d labelDesk) Correct(ctx context.Context, c feeds.Correction) (feeds.Correction, bool, error) {
	return d.desk().Correct(ctx, c)
}

// Revoke implements web.Desk.
func (d labelDesk) Revoke(ctx context.Context, id int64, by string) (feeds.Correction, error) {
	return d.desk().Revoke(ctx, id, by)
}

// Preview implements web.Desk.
func (d labelDesk) Preview(ctx context.Context, rule feeds.SourceRule, after string, limit int) (pipeline.RulePreview, error) {
	return d.desk().Preview(ctx, rule, after, limit)
}

// AddRule implements web.Desk.
func (d labelDesk) AddRule(ctx context.Context, rule feeds.SourceRule) (feeds.SourceRule, bool, error) {
	return d.desk().AddRule(ctx, rule)
}

// RevokeRule implements web.Desk.
func (d labelDesk) RevokeRule(ctx context.Context, id int64, by string) (feeds.SourceRule, error) {
	return d.desk().RevokeRule(ctx, id, by)
}

// Decide implements web.Desk.
func (d labelDesk) Decide(ctx context.Context, r feeds.Ruling) (feeds.Ruling, bool, error) {
	return d.desk().Decide(ctx, r)
}

// RevokeRuling implements web.Desk.
func (d labelDesk) RevokeRuling(ctx context.Context, id int64, by string) (feeds.Ruling, error) {
	return d.desk().RevokeRuling(ctx, id, by)
}

// Purge implements web.Desk.
func (d labelDesk) Purge(ctx context.Context, ruling int64, by string) (feeds.Ruling, bool, error) {
	return d.desk().Purge(ctx, ruling, by)
}

// Why implements web.Desk.
func (d labelDesk) Why(ctx context.Context, one, other int64) (pipeline.Pair, error) {
	return d.desk().Why(ctx, one, other)
}

// Reasons implements web.Desk.
func (d labelDesk) Reasons(ctx context.Context, lead int64) ([]pipeline.Reason, error) {
	return d.desk().Reasons(ctx, lead)
}

// records are the corrections and rules of the store.
type records struct{ db *store.DB }

// Corrections implements web.Records.
func (r records) Corrections(ctx context.Context, q web.CorrectionQuery) ([]feeds.Correction, error) {
	return r.db.Corrections(ctx, store.CorrectionQuery(q))
}

// Correction implements web.Records.
func (r records) Correction(ctx context.Context, id int64) (feeds.Correction, error) {
	return r.db.Correction(ctx, id)
}

// Rules implements web.Records.
func (r records) Rules(ctx context.Context, q web.RuleQuery) ([]feeds.SourceRule, error) {
	return r.db.Rules(ctx, store.RuleQuery(q))
}

// Rule implements web.Records.
func (r records) Rule(ctx context.Context, id int64) (feeds.SourceRule, error) {
	return r.db.Rule(ctx, id)
}

// Rulings implements web.Records.
func (r records) Rulings(ctx context.Context, q web.RulingQuery) ([]feeds.Ruling, error) {
	return r.db.Rulings(ctx, store.RulingQuery(q))
}

// Former implements web.Records.
func (r records) Former(ctx context.Context, story string) ([]string, error) {
	return r.db.Former(ctx, story)
}

// Ruling implements web.Records.
func (r records) Ruling(ctx context.Context, id int64) (feeds.Ruling, error) {
	return r.db.Ruling(ctx, id)
}
