/**
 * What makes a public key on Curve25519 unfit (RFC 7748, RFC 8032): an encoding that is not canonical, a point off the
 * curve, or one of small order, under which a signature can hold for every message and a shared secret is all zero.
 */
const P = 2n ** 255n - 19n;
/** A of the Montgomery form v^2 = u^3 + Au^2 + u (RFC 7748 section 4.1). */
const A = 486662n;
/** d of the twisted Edwards form -x^2 + y^2 = 1 + dx^2y^2 (RFC 8032 section 5.1). */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

const mod = (n: bigint): bigint => ((n % P) + P) % P;

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
};

const littleEndian = (bytes: Uint8Array): bigint => {
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return BigInt(`0x${hex}`);
};

/** Whether eight times the point with u = x/z is the neutral element. Doubling as in RFC 7748 section 5, without division. */
const smallOrder = (x: bigint, z: bigint): boolean => {
  let [a, b] = [mod(x), mod(z)];
  for (let doubling = 0; doubling < 3; doubling++) {
    const [aa, bb, ab] = [(a * a) % P, (b * b) % P, (a * b) % P];
    a = mod((aa - bb) ** 2n);
    b = mod(4n * ab * (aa + A * ab + bb));
  }
  return b === 0n;
};

const edwardsY = (key: Uint8Array): bigint => littleEndian(key) & (2n ** 255n - 1n);

/** Why these 32 bytes are no sound Ed25519 public key, or undefined. */
export const ed25519Fault = (key: Uint8Array): string | undefined => {
  if (key.length !== 32) return `it has ${key.length} bytes, not 32`;
  const y = edwardsY(key);
  if (y >= P) return 'its encoding is not canonical';
  // x^2 = (y^2 - 1) / (dy^2 + 1) must be a square; the product is one when the quotient is (Euler's criterion).
  const yy = (y * y) % P;
  if (smallOrder(1n + y, 1n - y)) return 'its point is of small order';
  if (power((yy - 1n) * (D * yy + 1n), (P - 1n) / 2n) !== 1n) return 'it is not a point of the curve';
  return undefined;
};

/** Why these 32 bytes are no sound X25519 public key, or undefined. */
export const x25519Fault = (key: Uint8Array): string | undefined => {
  if (key.length !== 32) return `it has ${key.length} bytes, not 32`;
  const u = littleEndian(key);
  if (u >= P) return 'its encoding is not canonical';
  if (smallOrder(u, 1n)) return 'its point is of small order';
  return undefined;
};

/** Whether the two are one key pair in its two forms: u = (1 + y) / (1 - y) (RFC 7748 section 4.1). */
export const samePoint = (ed25519: Uint8Array, x25519: Uint8Array): boolean => {
  const y = edwardsY(ed25519);
  return mod(littleEndian(x25519) * (1n - y)) === mod(1n + y);
};
