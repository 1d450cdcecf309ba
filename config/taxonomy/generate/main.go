package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// languages of the taxonomy, in the order in which they are written.
var languages = []string{"en", "fr", "es", "ar", "pt", "ru", "de", "it"}

func main() {
	npm := flag.String("npm", "node_modules", "directory with the unpacked npm packages")
	dir := flag.String("dir", "config/taxonomy", "directory of the taxonomy")
	flag.Parse()
	if err := run(*npm, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "generate taxonomy:", err)
		os.Exit(1)
	}
}

// run reads everything, then writes the two files.
func run(npm, dir string) error {
	data := filepath.Join(dir, "generate", "data")
	countries, err := readCountries(npm, data)
	if err != nil {
		return err
	}
	if err := addPlaces(countries, npm, data); err != nil {
		return err
	}
	regions, stations, err := readRegions(npm, data, countries)
	if err != nil {
		return err
	}
	list := make([]*country, 0, len(countries))
	for _, c := range countries {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *country) int { return cmp.Compare(a.iso2, b.iso2) })
	if err := writeCountries(filepath.Join(dir, "countries.yaml"), list); err != nil {
		return err
	}
	return writeRegions(filepath.Join(dir, "regions.yaml"), regions, stations)
}
