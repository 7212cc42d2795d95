using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>What a rank's loop does next, for which it needs a core.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Flow">The send or receive flow that it belongs to.</param>
/// <param name="Send">What is sent.</param>
/// <param name="Receive">What is received.</param>
internal readonly record struct RankWork(WorkKind Kind, int Flow = -1, SendTransfer Send = default, ReceiveTransfer Receive = default);
