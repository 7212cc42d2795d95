namespace SecureCollectives.Bench.Measuring;

/// <summary>What is counted in a batch of its own, because counting has its overhead; for one operation, over all ranks.</summary>
/// <param name="PollSeconds">Processor seconds that the loops spend without progress.</param>
/// <param name="WireBytes">Bytes that leave the ranks' network stacks, packet headers and acknowledgements included.</param>
internal readonly record struct Observation(double PollSeconds, double WireBytes);
