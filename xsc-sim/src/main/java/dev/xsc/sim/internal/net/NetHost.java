// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.net;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.Network;
import dev.xsc.sim.internal.SocketObject;
import dev.xsc.sim.internal.disk.SimDisk;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host: its addresses, ports and sockets. */
public final class NetHost implements Network {
  private static final int SOCK_PACKET = 10;
  private static final int IPPROTO_UDP = 17;
  private static final int ESOCKTNOSUPPORT = 94;

  private final SimNetwork network;
  private final String name;
  private final List<InetAddress> addresses;
  private final Set<SimSocket> sockets = new LinkedHashSet<>();
  private final Set<PipeEnd> pipes = new LinkedHashSet<>();
  private final Map<Connection, TcpConnection> connections = new LinkedHashMap<>();
  private @Nullable SimDisk disk;
  private boolean up = true;

  /** Ports of streams and of datagrams. */
  final Ports streams = new Ports(this);

  final Ports datagrams = new Ports(this);

  /** The two ends of a connection, the host's own first. */
  record Connection(InetSocketAddress local, InetSocketAddress remote) {}

  NetHost(SimNetwork network, String name, @Nullable SimDisk disk, InetAddress... addresses) {
    this.network = network;
    this.name = name;
    this.disk = disk;
    this.addresses = List.of(addresses);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its addresses besides loopback. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  SimNetwork network() {
    return network;
  }

  // ---- lives

  /** Whether it runs. */
  public boolean up() {
    return up;
  }

  /** All sockets, connections and pipes are gone, and nobody is told. */
  public void crash() {
    up = false;
    connections.values().forEach(TcpConnection::stopTimers);
    connections.clear();
    sockets.forEach(SimSocket::vanish);
    sockets.clear();
    pipes.forEach(PipeEnd::vanish);
    pipes.clear();
    streams.clear();
    datagrams.clear();
    network.trace(this, "crashed");
  }

  /**
   * Runs again after a crash.
   *
   * @param mounted its disk, now; null for none
   */
  public void restart(@Nullable SimDisk mounted) {
    disk = mounted;
    up = true;
    network.trace(this, "restarted");
  }

  // ---- system calls

  @Override
  public SocketObject socket(int domain, int type, int protocol) throws ErrnoException {
    requireUp();
    boolean known =
        domain == SockAddr.AF_INET || domain == SockAddr.AF_INET6 || domain == SockAddr.AF_UNIX;
    if (!known) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    }
    boolean unix = domain == SockAddr.AF_UNIX;
    return switch (type) {
      case Posix.SOCK_STREAM -> {
        requireProtocol(protocol, unix ? 0 : Posix.IPPROTO_TCP);
        yield unix ? new UnixSocket(this) : new TcpSocket(this, domain);
      }
      case Posix.SOCK_DGRAM -> {
        if (unix) {
          throw new ErrnoException(Errno.EOPNOTSUPP);
        }
        requireProtocol(protocol, IPPROTO_UDP);
        yield new UdpSocket(this, domain);
      }
      default -> throw new ErrnoException(type > SOCK_PACKET ? Errno.EINVAL : ESOCKTNOSUPPORT);
    };
  }

  private static void requireProtocol(int protocol, int natural) throws ErrnoException {
    if (protocol != 0 && protocol != natural) {
      throw new ErrnoException(Errno.EPROTONOSUPPORT);
    }
  }

  @Override
  public Pipe pipe() throws ErrnoException {
    requireUp();
    return PipeEnd.pair(this);
  }

  private void requireUp() throws ErrnoException {
    if (!up) {
      throw new ErrnoException(Errno.EIO);
    }
  }

  // ---- for sockets

  void add(SimSocket socket) {
    sockets.add(socket);
  }

  void remove(SimSocket socket) {
    sockets.remove(socket);
  }

  void add(PipeEnd end) {
    pipes.add(end);
  }

  void remove(PipeEnd end) {
    pipes.remove(end);
  }

  /** The disk that names of local sockets are on. */
  SimDisk disk() throws ErrnoException {
    if (disk == null) {
      throw new ErrnoException(Errno.EOPNOTSUPP);
    }
    return disk;
  }

  /** Whether packets to an address get here from here. */
  boolean owns(InetAddress address) {
    return address.isLoopbackAddress() || addresses.contains(address);
  }

  /** The address that packets to another one carry as their source. */
  @Nullable InetAddress sourceFor(InetAddress to) {
    if (owns(to)) {
      return to;
    }
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address == to instanceof Inet4Address) {
        return address;
      }
    }
    return null;
  }

  @Nullable TcpConnection connection(InetSocketAddress local, InetSocketAddress remote) {
    return connections.get(new Connection(local, remote));
  }

  void add(TcpConnection connection) {
    connections.put(new Connection(connection.local, connection.remote), connection);
  }

  void remove(TcpConnection connection) {
    connections.remove(new Connection(connection.local, connection.remote), connection);
  }

  /** Whether a connection uses a port here. */
  boolean connected(int port) {
    for (Connection connection : connections.keySet()) {
      if (connection.local.getPort() == port) {
        return true;
      }
    }
    return false;
  }

  /** How many sockets are open, connections that linger behind them included. */
  public int openSockets() {
    return sockets.size();
  }

  /** How many connections there are, those without a socket included. */
  public List<String> openConnections() {
    List<String> all = new ArrayList<>();
    connections.values().forEach(connection -> all.add(connection.toString()));
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}
