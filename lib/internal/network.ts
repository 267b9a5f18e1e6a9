import { isIPv4, isIPv6 } from 'node:net';

/**
 * The first 96 bits of IPv6 addresses that contain an IPv4 address (RFC 4291 §2.5.5, RFC 6052
 * §2.1).
 */
const IPV4_PREFIXES = ['0:0:0:0:0:0', '0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

const PORT = /^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;

/**
 * Returns the part of an address that one customer has alone. That is an IPv4 address, or the first
 * 64 bits of an IPv6 address (RFC 6177 §2). An IPv4 address inside IPv6 counts as IPv4. A text that
 * is no address stays as it is.
 */
export function networkOf(address: string): string {
  // Some proxies add the port of the connection.
  const bare = address.replace(PORT, '$1$2').replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const [high, low] = groups.slice(6) as [number, number];
  const isEmbedded = IPV4_PREFIXES.includes(textOf(groups.slice(0, 6)));
  // ::1 is the loopback address of IPv6, not the IPv4 address 0.0.0.1.
  if (isEmbedded && high > 0) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return textOf(groups.slice(0, 4));
}

function textOf(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** Splits an IPv6 address into its eight groups (RFC 4291 §2.2). */
function groupsOf(address: string): readonly number[] {
  const [start, end = []] = address.split('::').map(groupsOfPart) as [number[], number[]?];
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
}

function groupsOfPart(part: string): number[] {
  return part
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (!isIPv4(group)) return [Number.parseInt(group, 16)];
      const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number];
      return [a * 256 + b, c * 256 + d];
    });
}
