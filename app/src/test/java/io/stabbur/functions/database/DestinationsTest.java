package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where calls of the database may go. No test asks a name server.
class DestinationsTest {
  private static final int DATABASE = 54322;
  private static final URI PUBLIC = URI.create("https://203.0.113.5");
  private static final URI HERE = URI.create("http://127.0.0.1:54321");

  /// @param target `name=address:port`, or `address:port`
  private static InetSocketAddress target(String target) throws UnknownHostException {
    int equals = target.indexOf('=');
    int colon = target.lastIndexOf(':');
    var address = InetAddress.ofLiteral(target.substring(equals + 1, colon)).getAddress();
    return new InetSocketAddress(
        equals < 0
            ? InetAddress.getByAddress(address)
            : InetAddress.getByAddress(target.substring(0, equals), address),
        Integer.parseInt(target.substring(colon + 1)));
  }

  private static boolean allows(List<String> denied, URI publicUrl, String target)
      throws UnknownHostException {
    return new Destinations(denied, publicUrl, DATABASE).test(target(target));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.0.0.0/8         | 10.255.255.255:80             | false
          10.0.0.0/8         | 11.0.0.0:80                   | true
          10.0.0.0/8         | ::ffff:10.0.0.1:80            | false
          10.0.0.0/8         | 64:ff9b::a00:1:80             | false
          10.0.0.0/8         | 64:ff9b::b00:1:80             | true
          10.0.0.0/8         | 2002:a00:1::1:80              | false
          10.1.2.3/8         | 10.9.9.9:80                   | false
          10.0.0.0/9         | 10.127.255.255:80             | false
          10.0.0.0/9         | 10.128.0.0:80                 | true
          10.0.0.0/31        | 10.0.0.1:80                   | false
          10.0.0.0/31        | 10.0.0.2:80                   | true
          10.0.0.0/32        | 10.0.0.0:80                   | false
          10.0.0.0/32        | 10.0.0.1:80                   | true
          0.0.0.0/0          | 198.51.100.7:443              | false
          0.0.0.0/0          | 2001:db8::1:443               | true
          ::/0               | 2001:db8::1:443               | false
          169.254.169.254    | 169.254.169.254:80            | false
          fd00:ec2::254      | fd00:ec2::254:80              | false
          FD00:EC2::254      | fd00:ec2:0:0:0:0:0:254:80     | false
          [fd00:ec2::254]    | fd00:ec2::254:80              | false
          fd00:ec2::254      | fd00:ec2::255:80              | true
          fd00::/8           | fdff::1:80                    | false
          fd00::/8           | fe00::1:80                    | true
          10.0.0.1:8080      | 10.0.0.1:8080                 | false
          10.0.0.1:8080      | 10.0.0.1:8081                 | true
          [fd00::1]:8080     | fd00::1:8080                  | false
          [fd00::1]:8080     | fd00::1:8081                  | true
          """)
  void networksAndAddressesOfTheSettingsAreClosed(String denied, String target, boolean isAllowed)
      throws UnknownHostException {
    assertThat(allows(List.of(denied), PUBLIC, target)).isEqualTo(isAllowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inner.example      | inner.example=198.51.100.7:80   | false
          inner.example      | INNER.Example=198.51.100.7:80   | false
          inner.example      | inner.example.=198.51.100.7:80  | false
          inner.example.     | inner.example=198.51.100.7:80   | false
          inner.example      | a.inner.example=198.51.100.7:80 | true
          inner.example      | inner.example.com=198.51.100.7:80 | true
          inner.example      | 198.51.100.7:80                 | true
          inner.example:8080 | inner.example=198.51.100.7:8080 | false
          inner.example:8080 | inner.example=198.51.100.7:80   | true
          cafe.de            | cafe.de=198.51.100.7:80         | false
          dead.beef          | dead.beef=198.51.100.7:80       | false
          """)
  void namesOfTheSettingsAreClosed(String denied, String target, boolean isAllowed)
      throws UnknownHostException {
    assertThat(allows(List.of(denied), PUBLIC, target)).isEqualTo(isAllowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:80",
        "127.255.255.254:80",
        "::1:80",
        "0.0.0.0:80",
        ":::80",
        "::ffff:127.0.0.1:80",
        "64:ff9b::7f00:1:80",
        "harmless.example=127.0.0.1:80"
      })
  void thisMachineIsClosedUnlessClientsReachTheServerThere(String target)
      throws UnknownHostException {
    assertThat(allows(List.of(), PUBLIC, target)).isFalse();
    assertThat(allows(List.of(), HERE, target)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1", "0.0.0.0", "::"})
  void theDatabaseOfThisMachineIsAlwaysClosed(String address) throws UnknownHostException {
    assertThat(allows(List.of(), HERE, address + ':' + DATABASE)).isFalse();
    assertThat(allows(List.of(), PUBLIC, address + ':' + DATABASE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"224.0.0.1:80", "239.255.255.255:80", "ff02::1:80"})
  void manyMachinesAtOnceAreNotCalled(String target) throws UnknownHostException {
    assertThat(allows(List.of(), HERE, target)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "::/129"
      })
  void whatIsNoNetworkIsNotReadAsOne(String text) {
    assertThat(NetworkRange.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "cafe.de", "fe80", "dead.beef", "ab:cd", "10.0.0.256"})
  void aNameIsNoAddressAndAsksNoNameServer(String text) {
    assertThat(NetworkRange.parse(text)).isEmpty();
  }
}
