using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Bench.Measuring;

/// <summary>A variant and its communicator, which stays open for the whole run and sleeps while other variants are measured.</summary>
internal sealed record OpenVariant(Variant Variant, Communicator Communicator)
{
    public string Engine => Plan.Engine.NameOf(Names.Protections[Variant.Protection], Communicator.Engine, Variant.DelayMicroseconds);

    /// <summary>The media that this rank's links actually use: memory, tcp, or both; "none" in a world of one.</summary>
    public string Medium => Communicator.Media is []
        ? "none" : string.Join('+', Communicator.Media.Select(static medium => medium == MediumCode.Memory ? Names.Memory : Names.Tcp));
}
