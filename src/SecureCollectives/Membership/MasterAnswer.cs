using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Membership;

/// <summary>What came of a connection to where rank 0 is expected.</summary>
/// <param name="Error"><see cref="SocketError.Success"/>, or why there was no connection.</param>
/// <param name="Remote">The address that answered; null where none did.</param>
/// <param name="Local">The local address from which it was reached; null where none answered.</param>
internal sealed record MasterAnswer(SocketError Error, IPAddress? Remote, IPAddress? Local);
