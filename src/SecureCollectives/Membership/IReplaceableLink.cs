namespace SecureCollectives.Membership;

/// <summary>The responder's end of an open link, which its initiator may replace. Thread-safe.</summary>
internal interface IReplaceableLink
{
    /// <summary>The request that opened the first link.</summary>
    LinkRequest Request { get; }

    /// <summary>The id of the first link.</summary>
    ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>
    /// Gives up the link and agrees on a replacement. Supersedes any earlier attempt, which the initiator has abandoned.
    /// </summary>
    /// <param name="request">The requested link; its positions are not known yet.</param>
    /// <param name="call">The initiator's call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Grpc.Core.RpcException">The replacement is refused.</exception>
    Task<LinkAnswer> AcceptAsync(LinkRequest request, OpenLinkCall call, CancellationToken cancellationToken);
}
