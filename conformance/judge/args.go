package main

import (
	"flag"
	"fmt"
	"os"
)

// newFlags makes the flags of one subcommand; its usage line is printed with any misuse.
func newFlags(name, arguments, about string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: judge %s %s\n\n%s\n", name, arguments, about)
		flags.PrintDefaults()
	}
	return flags
}

// parse reads flags wherever they stand, also after the files. ok is false when the
// program should end with the exit code: after -h, or after a flag it does not know.
func parse(flags *flag.FlagSet, args []string) (rest []string, code int, ok bool) {
	for {
		switch err := flags.Parse(args); {
		case err == flag.ErrHelp:
			return nil, exitOK, false
		case err != nil:
			return nil, exitUsage, false // the flag package has said why
		}
		args = flags.Args()
		if len(args) == 0 {
			return rest, exitOK, true
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// misuse reports what stopped a subcommand, and returns its exit code.
func misuse(name string, err error) int {
	fmt.Fprintf(os.Stderr, "judge %s: %v\n", name, err)
	return exitUsage
}

// A format is the value of --format.
type format string

func (f *format) String() string { return string(*f) }

func (f *format) Set(value string) error {
	switch value {
	case "json", "text":
		*f = format(value)
		return nil
	}
	return fmt.Errorf("%q is not a format; use json or text", value)
}
