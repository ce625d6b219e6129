// verify_log checks an export of the evidence log with the Go project's own
// note and tlog libraries: software that nobody here wrote.
//
//	verify_log DIR
//
// Hashes are rebuilt from the entries, and served tiles compared with them.
// tlog.TileHashReader is not used: before x/mod 0.40 it accepts a tile that was
// forged together with an entry (CVE-2026-56865).
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	full      = 1 << height
	cosigner  = 4 // C2SP tlog-cosignature
	inclusion = 300
)

func check(err error) {
	if err != nil {
		fmt.Println("FAIL:", err)
		os.Exit(1)
	}
}

// witness is a note.Verifier for cosignature/v1, which x/mod does not know.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(w.key, []byte(message), sig[8:])
}

func verifier(vkey string) (note.Verifier, error) {
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 {
		return nil, errors.New("vkey: " + vkey)
	}
	key, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize {
		return nil, errors.New("vkey: " + vkey)
	}
	if key[0] != cosigner {
		return note.NewVerifier(vkey)
	}
	id, err := strconv.ParseUint(part[1], 16, 32)
	return witness{part[0], uint32(id), key[1:]}, err
}

// stored holds hashes by tlog.StoredHashIndex, rebuilt from entries.
type stored []tlog.Hash

func (s *stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(*s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		out[i] = (*s)[index]
	}
	return out, nil
}

// path turns Go's tile name (tile/8/L/N) into C2SP's (tile/L/N).
func path(t tlog.Tile) string { return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/") }

func (s *stored) add(dir string, n, size int64) error {
	width := size - n*full
	if width > full {
		width = full
	}
	name := strings.Replace(path(tlog.Tile{H: height, L: 0, N: n, W: int(width)}), "tile/0/", "tile/entries/", 1)
	bundle, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	for i := int64(0); i < width; i++ {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return errors.New("torn: " + name)
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		hashes, err := tlog.StoredHashes(n*full+i, bundle[2:end], s)
		if err != nil {
			return err
		}
		*s = append(*s, hashes...)
		bundle = bundle[end:]
	}
	if len(bundle) != 0 {
		return errors.New("something behind the entries: " + name)
	}
	return nil
}

func checkpoint(dir, name string, keys note.Verifiers, log string) (tlog.Tree, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open(text, keys)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	byLog := false
	for _, sig := range n.Sigs {
		byLog = byLog || sig.Name == log
		fmt.Println("ok ", name, "is signed by", sig.Name)
	}
	line := strings.Split(n.Text, "\n")
	if !byLog || len(line) < 4 || line[0] != log {
		return tlog.Tree{}, fmt.Errorf("%s is not of %s", name, log)
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(line[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

func tiles(dir string, size int64, s *stored) error {
	count := 0
	for _, t := range tlog.NewTiles(height, 0, size) {
		// NewTiles lists every partial width on the way; only the last is asked for.
		if t.W < full && int64(t.W) != size>>uint(height*t.L)-t.N*full {
			continue
		}
		want, err := tlog.ReadTileData(t, s)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(dir, path(t)))
		if err != nil {
			return err
		}
		if !bytes.Equal(want, got) {
			return errors.New("differs from the entries: " + path(t))
		}
		count++
	}
	fmt.Println("ok ", count, "tiles are what the entries give")
	return nil
}

func proofs(now tlog.Tree, s *stored) error {
	for i := int64(0); i < inclusion; i++ {
		index := i * 7919 % now.N
		proof, err := tlog.ProveRecord(now.N, index, s)
		if err != nil {
			return err
		}
		leaf, err := s.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, now.N, now.Hash, index, leaf[0]); err != nil {
			return err
		}
	}
	fmt.Println("ok ", inclusion, "inclusion proofs")
	return nil
}

func consistent(old, now tlog.Tree, s *stored) error {
	if old.N > now.N {
		return fmt.Errorf("the log shrank from %d to %d", old.N, now.N)
	}
	proof, err := tlog.ProveTree(now.N, old.N, s)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, now.N, now.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("%d and %d are not of one history: %w", old.N, now.N, err)
	}
	fmt.Println("ok ", old.N, "is a prefix of", now.N)
	return nil
}

func main() {
	dir := os.Args[1]
	text, err := os.ReadFile(filepath.Join(dir, "vkeys"))
	check(err)
	vkeys := strings.Fields(string(text))
	var known []note.Verifier
	for _, vkey := range vkeys {
		v, err := verifier(vkey)
		check(err)
		known = append(known, v)
	}
	log := known[0].Name()
	keys := note.VerifierList(known...)
	now, err := checkpoint(dir, "checkpoint", keys, log)
	check(err)
	s := &stored{}
	for n := int64(0); n*full < now.N; n++ {
		check(s.add(dir, n, now.N))
	}
	root, err := tlog.TreeHash(now.N, s)
	check(err)
	if root != now.Hash {
		check(errors.New("the entries do not give the signed root"))
	}
	fmt.Println("ok ", now.N, "entries give the signed root")
	check(tiles(dir, now.N, s))
	check(proofs(now, s))
	old, err := checkpoint(dir, "checkpoint.old", keys, log)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	check(err)
	check(consistent(old, now, s))
}
