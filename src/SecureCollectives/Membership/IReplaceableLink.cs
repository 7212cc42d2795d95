namespace SecureCollectives.Membership;

/// <summary>The responder's end of a link that is open: its initiator may replace it. Thread-safe.</summary>
internal interface IReplaceableLink
{
    /// <summary>The link as it was opened first.</summary>
    LinkRequest Request { get; }

    /// <summary>The id of the first link.</summary>
    ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>
    /// Gives the link up, and agrees on another. It takes the place of an earlier try, whose initiator has given that up.
    /// </summary>
    /// <param name="request">The link as the initiator wants it; its positions are not known yet.</param>
    /// <param name="call">The initiator's call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">It is refused.</exception>
    Task<LinkAnswer> AcceptAsync(LinkRequest request, OpenLinkCall call, CancellationToken cancellationToken);
}
