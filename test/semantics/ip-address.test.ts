import { describeBadAddress, ipVersion, isCidr, isIpAddress, isIpSubnet } from '../../src/semantics/ip-address';

describe('addresses, as Istio takes them for a listener', () => {
  test.each([
    '10.0.0.1', '9.9.9.9', '::9a', '0.0.0.0', '255.255.255.255', '::', '::1', '::1%eth0', '::1%a%b', 'fe80::1%eth0:1', '1::', '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1::5:6:7:8:1.2.3.4', 'FFFF::',
    '::1.2.3.4%z', '1:2:3:4:5:6:7:1%1.2.3.4', '0001:0002::', '::%z',
  ])('%s is one', address => expect(isIpAddress(address)).toBe(true));

  test.each([
    '256.0.0.1', '01.2.3.4', '1.2.3.00', '1.2.3', '1.2.3.', '.1.2.3', '1..2.3', '1.2.3.4.5', '1.2.3.4%eth0', 'a', '%eth0', '1.2.3.4 ',
    '::1%', ':', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7', '1::2:3:4:5:6:7:8', '1::2::3', '12345::', 'G::', '::1.2.3.04', '1:2:3:4:5:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4', '1::4:5:6:7:8:1.2.3.4', '::1:', '1:', '[::1]', '::1.2.3.4:1', '00000::', '1.2.3.4:80', ':1:2',
    '1:2:3:4:5:6:7:', '::1.2.3', '1.2:3.4', '::a.2.3.4', '1g2::', 'fe80::1z', '',
  ])('"%s" is none', address => expect(isIpAddress(address)).toBe(false));

  test('the version is told by the colons', () => {
    expect(ipVersion('10.0.0.1')).toBe(4);
    expect(ipVersion('::ffff:10.0.0.1')).toBe(6);
    expect(ipVersion('ten')).toBeUndefined();
  });
});

describe('subnets, as Istio takes them for destinationSubnets', () => {
  test.each(['10.0.0.0/8', '10.1.2.3/8', '10.0.0.0/32', '10.0.0.0/0', '::/0', '::/128', '::ffff:1.2.3.4/128'])('%s is a CIDR', text => {
    expect(isCidr(text)).toBe(true);
    expect(isIpSubnet(text)).toBe(true);
  });

  test.each([
    '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/+8', '10.0.0.0/-1', '10.0.0.0/', '/8', '::/129', 'fe80::1%z/64', '10.0.0.0/8/8', '::1%a/b',
    '10.0.0.0/1e1', '10.0.0/8', '10.0.0.0/00', '10.0.0.0/ 8', '::/999999999999999999999',
  ])('%s is none', text => {
    expect(isCidr(text)).toBe(false);
    expect(isIpSubnet(text)).toBe(false);
  });

  test.each(['1.1.1.1', '::1%a/b/c'])('%s is one address, so it is a subnet and no CIDR', text => {
    expect(isIpSubnet(text)).toBe(true);
    expect(isCidr(text)).toBe(false);
  });
});

test('the usual mistakes are told by name', () => {
  expect(describeBadAddress('')).toContain('empty');
  expect(describeBadAddress('10.0.0.1 ')).toContain('space');
  expect(describeBadAddress('[::1]')).toContain('brackets');
  expect(describeBadAddress('10.0.0.0/8')).toContain('subnet');
  expect(describeBadAddress('10.0.0.01')).toContain('leading 0');
  expect(describeBadAddress('shop')).toContain('no IP address');
});
