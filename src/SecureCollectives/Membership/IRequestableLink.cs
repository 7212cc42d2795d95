using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The initiator's end of a link that is open: its responder may ask to have it replaced. Thread-safe.</summary>
internal interface IRequestableLink
{
    /// <summary>The id of the first link.</summary>
    ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>Has the link replaced, unless that is under way or done.</summary>
    /// <param name="replaced">The number of the link that the responder had last.</param>
    /// <param name="cause">Why.</param>
    /// <exception cref="Grpc.Core.RpcException">It is refused.</exception>
    void Request(ulong replaced, LinkCauseCode cause);
}
