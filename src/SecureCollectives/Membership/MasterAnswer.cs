using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>The result of connecting to rank 0's expected address.</summary>
/// <param name="Error"><see cref="SocketError.Success"/>, or why the connection failed.</param>
/// <param name="Remote">The address that answered; null if none did.</param>
/// <param name="Local">The local address of the connection; null if no address answered.</param>
internal sealed record MasterAnswer(SocketError Error, IPAddress? Remote, IPAddress? Local);
