using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Measuring;

/// <summary>A variant with its communicator, open for the whole run and asleep while others are measured.</summary>
internal sealed record OpenVariant(Variant Variant, Communicator Communicator);
