using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Measuring;

/// <summary>A variant with its communicator, open for the whole run and asleep while others are measured.</summary>
internal sealed record OpenVariant(Variant Variant, Communicator Communicator)
{
    public string Engine => Plan.Engine.NameOf(Names.Protections[Variant.Protection], Communicator.Engine, Variant.DelayMicroseconds);
}
