/** As much of an issuer's metadata (RFC 8414, OpenID Connect Discovery) as verification needs. */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly jwks_uri?: string;
  readonly introspection_endpoint?: string;
}

export interface SplitNetwork {
  /** The issuer as browsers and tokens name it (`NEXTCLOUD_PUBLIC_ISSUER_URL`). */
  readonly publicIssuer: string;
  /** Where the gateway itself reaches that server, e.g. `http://app`. */
  readonly internal: string;
}

/**
 * In a split network people reach the issuer under another address than we do: tokens and pages carry the public one,
 * our own requests go to the internal one. Addresses of third servers stay as they are.
 */
export function inSplitNetwork(metadata: IssuerMetadata, network: SplitNetwork): IssuerMetadata {
  const { jwks_uri: jwks, introspection_endpoint: introspection } = metadata;
  return {
    issuer: network.publicIssuer,
    ...(jwks === undefined ? {} : { jwks_uri: toInternal(jwks, network) }),
    ...(introspection === undefined
      ? {}
      : { introspection_endpoint: toInternal(introspection, network) }),
  };
}

/** An address of the issuer as we reach it. Only the origin changes. */
function toInternal(url: string, network: SplitNetwork): string {
  return moved(url, network.publicIssuer, network.internal);
}

/** An address of the issuer as a browser reaches it. */
export function toPublic(url: string, network: SplitNetwork): string {
  return moved(url, network.internal, network.publicIssuer);
}

function moved(url: string, from: string, to: string): string {
  const parsed = new URL(url);
  return parsed.origin === new URL(from).origin
    ? new URL(to).origin + parsed.pathname + parsed.search
    : url;
}
