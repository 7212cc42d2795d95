using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The initiator's end of an open link, whose replacement its responder may request. Thread-safe.</summary>
internal interface IRequestableLink
{
    /// <summary>The id of the first link.</summary>
    ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>Requests the replacement of the link, unless that is already in progress or done.</summary>
    /// <param name="replaced">The number of the responder's latest link.</param>
    /// <param name="cause">Why the link is to be replaced.</param>
    /// <exception cref="Grpc.Core.RpcException">The request is refused.</exception>
    void Request(ulong replaced, LinkCauseCode cause);
}
