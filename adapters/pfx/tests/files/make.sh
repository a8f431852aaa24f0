#!/usr/bin/env bash
# Makes the files of this folder anew. Needs OpenSSL 3 with its legacy provider.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
pass='the passphrase, or an empty text'

key() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/$1.key"; }
self_signed() { openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$1" -days 36500 -out "$work/$1.pem"; }
issued() {
    openssl req -new -key "$work/$1.key" -subj "/CN=$1" -out "$work/$1.csr"
    printf 'basicConstraints=critical,CA:%s\n' "$3" > "$work/ext"
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$2.pem" -CAkey "$work/$2.key" -days 36500 -extfile "$work/ext" \
        -out "$work/$1.pem" 2> /dev/null
}
export_pfx() { local out=$1; shift; openssl pkcs12 -export -out "$out" "$@"; }

for name in root intermediate leaf other; do key "$name"; done
self_signed root
self_signed other
issued intermediate root TRUE
issued leaf intermediate FALSE
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/elliptic.key"
self_signed elliptic
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$work/short.key"
self_signed short
leaf=(-inkey "$work/leaf.key" -in "$work/leaf.pem")
cat "$work/root.pem" "$work/other.pem" "$work/intermediate.pem" > "$work/chain.pem"

cp "$work/leaf.key" leaf.key.pem
cp "$work/leaf.pem" leaf.pem
cp "$work/intermediate.pem" intermediate.pem
cp "$work/root.pem" root.pem
export_pfx modern.pfx "${leaf[@]}" -passout "pass:$pass"
export_pfx modern-empty.pfx "${leaf[@]}" -passout pass:
export_pfx aes128-sha512.pfx "${leaf[@]}" -passout "pass:$pass" -keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512
export_pfx 3des.pfx "${leaf[@]}" -passout "pass:$pass" -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
export_pfx 3des-empty.pfx "${leaf[@]}" -passout pass: -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
export_pfx rc2-40.pfx "${leaf[@]}" -passout "pass:$pass" -legacy
export_pfx rc2-40-empty.pfx "${leaf[@]}" -passout pass: -legacy
export_pfx plain.pfx "${leaf[@]}" -passout "pass:$pass" -keypbe NONE -certpbe NONE
export_pfx no-mac.pfx "${leaf[@]}" -passout "pass:$pass" -nomac
export_pfx unicode.pfx "${leaf[@]}" -passout 'pass:pässwörd € ☃' -legacy
# The key's certificate is not the first of the file.
export_pfx chain.pfx "${leaf[@]}" -passout "pass:$pass" -certfile "$work/chain.pem" -name leaf
export_pfx no-key.pfx -nokeys -in "$work/leaf.pem" -passout "pass:$pass"
# Without localKeyId, for the certificates do not fit the key.
openssl pkcs12 -export -nocerts -inkey "$work/leaf.key" -out no-certificate.pfx -passout "pass:$pass" 2> /dev/null
export_pfx elliptic.pfx -inkey "$work/elliptic.key" -in "$work/elliptic.pem" -passout "pass:$pass"
export_pfx short.pfx -inkey "$work/short.key" -in "$work/short.pem" -passout "pass:$pass"
export_pfx million.pfx "${leaf[@]}" -passout "pass:$pass" -iter 1000001 -nomac
for pbe in PBE-SHA1-RC4-128 PBE-SHA1-RC2-128 PBE-SHA1-2DES; do
    export_pfx "${pbe,,}.pfx" "${leaf[@]}" -passout "pass:$pass" -legacy -keypbe "$pbe" -certpbe "$pbe"
done
export_pfx camellia.pfx "${leaf[@]}" -passout "pass:$pass" -keypbe camellia-256-cbc -certpbe camellia-256-cbc
export_pfx mac-md5.pfx "${leaf[@]}" -passout "pass:$pass" -macalg md5
