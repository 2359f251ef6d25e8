package io.stabbur.storage.inspect;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// ClamAV's daemon, by its command `INSTREAM`: chunks, each after its length in four bytes, an
/// empty one at the end; one line answers `stream: OK`, or names what was found before ` FOUND`, or
/// says that the file is longer than its `StreamMaxLength`, after which it reads no more.
final class Clamd implements VirusScanner {
  private static final int USUAL_PORT = 3310;
  private static final int LONGEST_ANSWER = 4096;
  private final URI address;

  Clamd(URI address) {
    this.address = address;
  }

  @Override
  public Verdict scan(InputStream bytes, long size) throws IOException {
    try (var line = ScannerLine.open(this::connect)) {
      boolean sent = line.send(out -> send(bytes, new DataOutputStream(out)));
      var verdict = verdict(answer(line.in()));
      if (!sent && verdict instanceof Verdict.Clean) {
        throw new IOException("clamd gives a verdict on less than all bytes");
      }
      return verdict;
    }
  }

  private static void send(InputStream bytes, DataOutputStream out) throws IOException {
    out.write("zINSTREAM\0".getBytes(StandardCharsets.US_ASCII));
    var chunk = new byte[64 * 1024];
    for (int count; (count = bytes.readNBytes(chunk, 0, chunk.length)) > 0; ) {
      out.writeInt(count);
      out.write(chunk, 0, count);
    }
    out.writeInt(0);
    out.flush();
  }

  private SocketChannel connect() throws IOException {
    if (address.getHost() == null) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(Path.of(address.getPath())));
      return channel;
    }
    int port = address.getPort() < 0 ? USUAL_PORT : address.getPort();
    return SocketChannel.open(new InetSocketAddress(address.getHost(), port));
  }

  private static String answer(InputStream in) throws IOException {
    var answer = new StringBuilder();
    for (int c = in.read(); c > 0 && answer.length() < LONGEST_ANSWER; c = in.read()) {
      answer.append((char) c);
    }
    return answer.toString().strip();
  }

  private static Verdict verdict(String answer) throws IOException {
    if (answer.equals("stream: OK")) {
      return new Verdict.Clean();
    }
    if (answer.startsWith("stream: ") && answer.endsWith(" FOUND")) {
      return new Verdict.Infected(answer.substring(8, answer.length() - 6));
    }
    if (answer.startsWith("INSTREAM size limit exceeded")) {
      return new Verdict.TooLarge();
    }
    throw new IOException("clamd gives no verdict: " + answer);
  }
}
