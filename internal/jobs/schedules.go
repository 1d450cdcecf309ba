package jobs

import (
	"sync"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// Schedules reads the schedules of sources, each expression once.
type Schedules struct {
	minimum time.Duration
	jitter  time.Duration

	mu     sync.Mutex
	parsed map[[2]string]*Schedule
}

// NewSchedules keeps runs of one source minimum apart, whatever its schedule says, and
// spreads runs over at most jitter.
func NewSchedules(minimum, jitter time.Duration) *Schedules {
	return &Schedules{minimum: minimum, jitter: jitter, parsed: map[[2]string]*Schedule{}}
}

// startDelay is how long after its moment a run may begin and count as on time.
const startDelay = 30 * time.Second

// unreadable is how often a source is asked whose schedule cannot be read: one kept
// from before such a schedule was refused.
const unreadable = 6 * time.Hour

// Next is the first run of the source after a moment: its schedule's, delayed by the
// source's own jitter.
func (s *Schedules) Next(source feeds.Source, after time.Time) time.Time {
	schedule, err := s.parse(source.Schedule, source.Zone)
	if err != nil {
		return after.Add(unreadable)
	}
	delay := Jitter(source.ID, s.jitter)
	next := schedule.Next(after.Add(-delay)).Add(delay)
	// A run begins some seconds after its moment. That much is left over, or a schedule
	// of exactly the minimum would lose every other run.
	if least := after.Add(s.minimum - min(s.minimum/4, startDelay)); next.Before(least) {
		next = schedule.Next(least.Add(-delay)).Add(delay)
	}
	return next
}

// First is when a source that was never asked is asked first: at once, but not all
// of them together.
func (s *Schedules) First(source feeds.Source, now time.Time) time.Time {
	return now.Add(Jitter(source.ID, s.jitter))
}

// overdue is how late a run may be and still begin at once. What is later was missed
// while no process ran, and so were others.
const overdue = 10 * time.Minute

// begin is when a source that is due is asked: now, but for one that was never asked
// or waited while no process ran, which are spread as First spreads them; and not
// before what was read last is stale, when a new schedule would have it asked again.
func (s *Schedules) begin(source store.SourceState, now time.Time) time.Time {
	p := &source.Polling
	switch {
	case p.NextRun.IsZero() && p.Learnt.Wishes.Until.After(now):
		return s.Next(source.Source, p.Learnt.Wishes.Until)
	case p.NextRun.IsZero() || now.Sub(p.NextRun) > overdue:
		return s.First(source.Source, now)
	default:
		return now
	}
}

func (s *Schedules) parse(expr, zone string) (*Schedule, error) {
	key := [2]string{expr, zone}
	s.mu.Lock()
	defer s.mu.Unlock()
	if schedule, ok := s.parsed[key]; ok {
		return schedule, nil
	}
	schedule, err := ParseSchedule(expr, zone, 0)
	if err != nil {
		return nil, err
	}
	s.parsed[key] = schedule
	return schedule, nil
}
