namespace SecureCollectives.Bench.Measuring;

/// <summary>What is counted in a separate batch, because counting itself costs time; per operation, over all ranks.</summary>
/// <param name="PollSeconds">Processor seconds that the loops spend without making progress.</param>
/// <param name="WireBytes">Bytes that leave the ranks' network stacks, including packet headers and acknowledgements.</param>
internal readonly record struct Observation(double PollSeconds, double WireBytes);
