package pipeline

import (
	"context"
	"slices"
	"sync"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/store"
)

// unit are the sources that one request serves: one, or those of several offices that
// are subscribed to one address.
type unit []store.SourceState

// requestKey is equal for sources whose requests are equal, redirects learnt included.
func (p *Puller) requestKey(s *store.SourceState) string {
	if p.Apart[s.ID] {
		return s.ID // no type is spelt so: an id has no space
	}
	return string(s.Type) + " " + fetch.Canonical(s.URL) + " " + s.Polling.Learnt.Move.Address
}

// subscriptions are the sources that may be asked, by request. Most are alone.
func (p *Puller) subscriptions(states []store.SourceState) map[string]unit {
	shared := make(map[string]unit, len(states))
	for _, s := range states {
		if s.Enabled && !s.Retired && s.Polling.Outcome != feeds.OutcomeGone {
			key := p.requestKey(&s)
			shared[key] = append(shared[key], s)
		}
	}
	return shared
}

// units puts together what is asked together, in the order of the sources. A source
// that is not due joins the one that is: so it is spared a request of its own, and
// all have the same validators.
func (r *run) units(sources []store.SourceState) []unit {
	units := make([]unit, 0, len(sources))
	at := make(map[string]int, len(sources))
	for _, s := range sources {
		key := r.requestKey(&s)
		i, ok := at[key]
		if !ok {
			i = len(units)
			at[key] = i
			units = append(units, nil)
		}
		units[i] = append(units[i], s)
	}
	for key, i := range at {
		for _, s := range r.shared[key] {
			if !slices.ContainsFunc(units[i], func(o store.SourceState) bool { return o.ID == s.ID }) {
				units[i] = append(units[i], s)
			}
		}
	}
	return units
}

// conditional asks with the validators of all, if all have the same: a 304 is of no
// use to one that has not read what the others have.
func (u unit) conditional(address string, now time.Time) fetch.Request {
	req := conditional(u[0], address, now)
	for _, s := range u[1:] {
		other := conditional(s, address, now)
		if other.ETag != req.ETag || other.LastModified != req.LastModified || other.ValidatorsOf != req.ValidatorsOf ||
			s.Polling.BodyHash != u[0].Polling.BodyHash {
			return fetch.Request{URL: address, Source: req.Source}
		}
	}
	return req
}

// asleep is until when the address is not to be asked, because its server said so to
// somebody else subscribed to it.
func (r *run) asleep(u unit) (until time.Time) {
	if len(u) == 1 {
		return until
	}
	for _, s := range u {
		until = latest(until, s.Polling.RetryAfter)
	}
	return until
}

// wait has all of a unit wait.
func (r *run) wait(u unit, until time.Time) []Result {
	results := make([]Result, len(u))
	for i, s := range u {
		p := s.Polling
		p.SourceID, p.Of, p.RetryAfter = s.ID, s.URL, until
		p.NextRun = r.due(s.Source, p.Learnt.Wishes, until)
		results[i] = Result{Source: s.ID, URL: s.URL, polling: &p}
	}
	return results
}

// gateTry is how long a shard that another process is at is left alone.
const gateTry = 100 * time.Millisecond

// each pulls the sources, Fetches requests at a time, until all are done or the run
// halts.
func (r *run) each(ctx context.Context, sources []store.SourceState, results chan<- Result) {
	units := r.units(sources)
	var wg sync.WaitGroup
	next := make(chan func())
	for range min(max(r.Fetches, 1), len(units)) {
		wg.Go(func() {
			for work := range next {
				work()
			}
		})
	}
	for waiting := r.shards(units); len(waiting) > 0; {
		entered, busy, err := r.enter(ctx, waiting)
		if err != nil {
			results <- Result{Source: units[0][0].ID, URL: units[0][0].URL, fatal: err}
		}
		if !r.feed(ctx, entered, next, results) || err != nil {
			break
		}
		if waiting = busy; len(waiting) == 0 {
			break
		}
		select {
		case <-time.After(gateTry):
		case <-r.halt:
			waiting = nil
		case <-ctx.Done():
			waiting = nil
		}
	}
	close(next)
	wg.Wait()
	r.leaving.Wait()
}

// shard are units that are asked under one lock.
type shard struct {
	units  []unit
	leave  func()
	inside *sync.WaitGroup
}

// enter picks the shards that this process may ask now, and those it has to wait for.
func (r *run) enter(ctx context.Context, waiting [][]unit) (entered []shard, busy [][]unit, err error) {
	for _, units := range waiting {
		leave, ok := func() {}, true
		if r.Gate != nil {
			leave, ok, err = r.Gate.Enter(ctx, r.Shard(units[0][0].Address()))
		}
		switch {
		case err != nil:
			return entered, nil, err
		case ok:
			entered = append(entered, shard{units: units, leave: leave, inside: &sync.WaitGroup{}})
		default:
			busy = append(busy, units)
		}
	}
	return entered, busy, nil
}

// feed hands the units to the workers, one of each shard after the other, and has each
// shard left when the last of its own is done. It is false when the run is over.
func (r *run) feed(ctx context.Context, entered []shard, next chan<- func(), results chan<- Result) bool {
	for _, sh := range entered {
		sh.inside.Add(len(sh.units))
		r.leaving.Go(func() {
			sh.inside.Wait()
			sh.leave()
		})
	}
	over := false
	for i, more := 0, true; more; i++ {
		more = false
		for _, sh := range entered {
			if i >= len(sh.units) {
				continue
			}
			more = true
			if over {
				sh.inside.Done()
				continue
			}
			select {
			case next <- func() {
				defer sh.inside.Done()
				for _, res := range r.pull(ctx, sh.units[i]) {
					results <- res
				}
			}:
			case <-r.halt:
				over = true
				sh.inside.Done()
			case <-ctx.Done():
				over = true
				sh.inside.Done()
			}
		}
	}
	return !over
}

// shards groups units by the shard of their hosts, in their order; without a gate all
// are one.
func (r *run) shards(units []unit) [][]unit {
	if r.Gate == nil {
		if len(units) == 0 {
			return nil
		}
		return [][]unit{units}
	}
	var shards [][]unit
	at := map[int]int{}
	for _, u := range units {
		shard := r.Shard(u[0].Address())
		i, ok := at[shard]
		if !ok {
			i = len(shards)
			at[shard] = i
			shards = append(shards, nil)
		}
		shards[i] = append(shards[i], u)
	}
	return shards
}
