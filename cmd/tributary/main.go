package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"tributary/config"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // something failed, and was named
	exitUsage  = 2 // wrong use or configuration
	exitNotNow = 3 // a retrained model was judged, and is not adopted
)

// commands is the whole command line.
type commands struct {
	Globals

	Serve       serveCmd       `cmd:"" help:"Web, scheduler and workers in one process."`
	Work        workCmd        `cmd:"" help:"Scheduler and workers only: more processes on one PostgreSQL."`
	Pull        pullCmd        `cmd:"" help:"One pass now: fetch, read, group, label, commit; then exit."`
	Publish     publishCmd     `cmd:"" help:"Write every channel as files for a static host or CDN."`
	Check       checkCmd       `cmd:"" help:"Check configuration, sources and taxonomy; everything wrong at once."`
	Read        readCmd        `cmd:"" help:"Show what Tributary reads from documents, one JSON line each."`
	Classify    classifyCmd    `cmd:"" help:"JSONL items on stdin to JSONL labels with evidence."`
	Stories     storiesCmd     `cmd:"" help:"Look into stories, and decide: merge, split, lead, withdraw, keep apart."`
	Feeds       feedsCmd       `cmd:"" help:"Check feeds, those of others or our own."`
	Group       groupCmd       `cmd:"" help:"JSONL items on stdin to JSONL {\"id\",\"story\"}."`
	Eval        evalCmd        `cmd:"" help:"Measure labels or stories against a labelled file."`
	Retrain     retrainCmd     `cmd:"" help:"Learn topics from editors' corrections; adopt the model if it is better on those held back. Exit code 3: judged, not adopted."`
	Sources     sourcesCmd     `cmd:"" help:"List, find, add, import and export sources."`
	Relabel     relabelCmd     `cmd:"" help:"Label kept stories anew by the taxonomy as it is now; what people corrected holds."`
	Corrections correctionsCmd `cmd:"" help:"List and export what people said about labels."`
	Hub         hubCmd         `cmd:"" help:"Who is told of news in our feeds by our own WebSub hub."`
	Newsletters newslettersCmd `cmd:"" help:"List and preview newsletters, pin stories, keep subscribers."`
	Token       tokenCmd       `cmd:"" help:"Make a token for an editor, and the hash that the configuration names."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database's tables up to date."`
	Backup      backupCmd      `cmd:"" help:"Copy the SQLite database to a new file while it is in use."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// Globals are the flags of every command.
type Globals struct {
	Config    string `help:"Configuration file." type:"path" env:"TRIBUTARY_CONFIG" placeholder:"FILE"`
	Data      string `help:"Directory of the SQLite database and the shelf (default ./var)." placeholder:"DIR"`
	Database  string `help:"PostgreSQL address (postgres://...); SQLite when empty." placeholder:"URL"`
	JSON      bool   `name:"json" help:"Print results as JSON, for scripts."`
	LogLevel  string `help:"debug, info, warn or error." placeholder:"LEVEL"`
	LogFormat string `help:"text or json." placeholder:"FORMAT"`
}

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out      io.Writer
	err      io.Writer
	terminal bool // err is one: progress may be shown
}

func main() { os.Exit(Main()) }

// Main runs the command line and returns the exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	con := &console{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	return run(ctx, os.Args[1:], con)
}

func run(ctx context.Context, args []string, con *console) int {
	var cli commands
	code := -1
	parser, err := kong.New(&cli, kong.Name("tributary"),
		kong.Description("Tributary pulls partner and regional IOM feeds on schedules, groups copies of one story, labels each by country and topic, and republishes merged Atom, RSS and JSON feeds."),
		kong.Writers(con.out, con.err), kong.Exit(func(c int) { code = c }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(con, &cli.Globals))
	if err != nil {
		fmt.Fprintln(con.err, "tributary:", err)
		return exitUsage
	}
	kctx, err := parser.Parse(args)
	if code >= 0 { // --help was answered
		return code
	}
	if err != nil {
		fmt.Fprintf(con.err, "tributary: %v\nRun \"tributary --help\" for the commands.\n", err)
		return exitUsage
	}
	return report(con, kctx.Run())
}

// report prints what went wrong and chooses the exit code.
func report(con *console, err error) int {
	var problems config.Problems
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &problems):
		for _, p := range problems {
			fmt.Fprintln(con.err, p.Error())
		}
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintln(con.err, "tributary:", err)
		return exitUsage
	case errors.Is(err, errDeclined):
		return exitNotNow
	case errors.Is(err, errReported):
		return exitFailed
	default:
		fmt.Fprintln(con.err, "tributary:", err)
		return exitFailed
	}
}

// usageError is wrong use of the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// errReported says that what failed has been named already.
var errReported = errors.New("failed")
