package main

import (
	"encoding/binary"
	"fmt"
	"os"
)

// readMO calls visit with the messages of a compiled catalogue of gettext, in order.
func readMO(path string, visit func(id, text string)) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read catalogue: %w", err)
	}
	le := binary.LittleEndian
	if len(data) < 20 || le.Uint32(data) != 0x950412de {
		return fmt.Errorf("read catalogue %s: not a little-endian one", path)
	}
	count, ids, texts := le.Uint32(data[8:]), le.Uint32(data[12:]), le.Uint32(data[16:])
	at := func(table, i uint32) (string, error) {
		entry := uint64(table) + 8*uint64(i)
		if entry+8 > uint64(len(data)) {
			return "", fmt.Errorf("read catalogue %s: cut off", path)
		}
		size, from := uint64(le.Uint32(data[entry:])), uint64(le.Uint32(data[entry+4:]))
		if from+size > uint64(len(data)) {
			return "", fmt.Errorf("read catalogue %s: cut off", path)
		}
		return string(data[from : from+size]), nil
	}
	for i := range count {
		id, err := at(ids, i)
		if err != nil {
			return err
		}
		text, err := at(texts, i)
		if err != nil {
			return err
		}
		if id != "" {
			visit(id, text)
		}
	}
	return nil
}
