package jsep

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"strings"
)

// Fingerprint is the hash of a certificate (RFC 8122 §5).
type Fingerprint struct {
	Algorithm string // sha-256, sha-384 or sha-512
	Value     string // upper-case hexadecimal bytes with colons
}

// FingerprintOf is the SHA-256 fingerprint of a DER certificate.
func FingerprintOf(der []byte) Fingerprint {
	sum := sha256.Sum256(der)
	return Fingerprint{"sha-256", colons(sum[:])}
}

// Matches tells whether f is the fingerprint of a DER certificate.
func (f Fingerprint) Matches(der []byte) bool {
	switch f.Algorithm {
	case "sha-256":
		return FingerprintOf(der) == f
	case "sha-384":
		sum := sha512.Sum384(der)
		return colons(sum[:]) == f.Value
	case "sha-512":
		sum := sha512.Sum512(der)
		return colons(sum[:]) == f.Value
	}
	return false
}

var hashBytes = map[string]int{"sha-256": sha256.Size, "sha-384": sha512.Size384, "sha-512": sha512.Size}

func readFingerprint(s string) (Fingerprint, error) {
	algorithm, value, _ := strings.Cut(s, " ")
	algorithm, value = strings.ToLower(algorithm), strings.ToUpper(value)
	sum, err := hex.DecodeString(strings.ReplaceAll(value, ":", ""))
	if err != nil || len(sum) == 0 || len(sum) != hashBytes[algorithm] || colons(sum) != value {
		return Fingerprint{}, errors.New("no valid fingerprint of SHA-256, SHA-384 or SHA-512")
	}
	return Fingerprint{strings.Clone(algorithm), strings.Clone(value)}, nil
}

func colons(sum []byte) string {
	var b strings.Builder
	for i, c := range sum {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return b.String()
}
