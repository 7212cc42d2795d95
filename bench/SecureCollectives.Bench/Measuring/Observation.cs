namespace SecureCollectives.Bench.Measuring;

/// <summary>Costs per operation, summed over all ranks. They are counted in a separate batch, because counting itself takes time.</summary>
/// <param name="PollSeconds">Processor seconds that the loops spend without making progress.</param>
/// <param name="WireBytes">Bytes that leave the ranks' network stacks, including packet headers and acknowledgements.</param>
internal readonly record struct Observation(double PollSeconds, double WireBytes);
