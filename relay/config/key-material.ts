/** The keys that `TOKEN_ENCRYPTION_KEY` names, separated by commas. */
export function keyTexts(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** 32 bytes from base64, base64url (a Fernet key is one) or 64 hex digits; undefined when it is none of these. */
export function keyMaterial(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64url') : undefined;
}
