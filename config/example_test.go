package config_test

import (
	"errors"
	"fmt"
	"log"

	"tributary/config"
)

func ExampleLoad() {
	c, err := config.Load(config.Options{
		Path:      "testdata/accepted/dakar.yaml",
		Environ:   []string{"TRIBUTARY_FETCH_PER_HOST=3"},
		Overrides: map[string]string{"listen": "127.0.0.1:9000"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Listen, c.BaseURL, c.Fetch.PerHost, c.Fetch.Timeout)
	// Output: 127.0.0.1:9000 https://news.example.org 3 30s
}

func ExampleProblems() {
	_, err := config.Load(config.Options{Path: "testdata/refused/full_text_without_permission.yaml"})
	var problems config.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			fmt.Printf("%s\n  line %d, %s: %s\n  %s\n", p.File, p.Line, p.Key, p.Message, p.Instead)
		}
	}
	// Output:
	// testdata/refused/full_text_without_permission.yaml
	//   line 3, sources[who-en].republish: full text of another publisher needs a permission
	//   write the permission under licence, or republish: summary
}
