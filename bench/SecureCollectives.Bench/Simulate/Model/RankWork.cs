using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A unit of work of a rank's loop, which needs a core.</summary>
/// <param name="Kind">The kind of work.</param>
/// <param name="Flow">The index of the send or receive flow that it belongs to.</param>
/// <param name="Send">The transfer to send.</param>
/// <param name="Receive">The transfer to receive.</param>
internal readonly record struct RankWork(WorkKind Kind, int Flow = -1, SendTransfer Send = default, ReceiveTransfer Receive = default);
