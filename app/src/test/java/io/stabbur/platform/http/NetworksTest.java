package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 8, 192.0.2.1",
    "2001:db8:1:2:3:4:5:6, 8, 20010db800010002/64",
    "2001:db8:1:2::, 8, 20010db800010002/64",
    "2001:DB8:1:2:FFFF::1, 8, 20010db800010002/64",
    "2001:db8:1:3::1, 8, 20010db800010003/64",
    "2001:db8:1:2:3:4:5:6, 6, 20010db80001/48",
    "::1, 8, 0000000000000000/64",
    // an IPv4 address in its IPv6 form is one client too
    "::ffff:192.0.2.1, 8, 192.0.2.1"
  })
  void aNetworkOfIpv6CountsAsOneClient(String address, int bytes, String client) {
    assertThat(Networks.of(address, bytes)).isEqualTo(client);
  }
}
