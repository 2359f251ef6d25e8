-- Patterns and orders on encrypted columns compared ciphertext: they are refused as other comparisons are.
comment on function private.personal_from_filter(text) is 'Never compared: its columns are stored encrypted.';
