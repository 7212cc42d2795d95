namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A possible next action in the model.</summary>
internal readonly record struct ModelAction(ModelActionKind Kind, int Rank, int Lane = 0)
{
    public override string ToString() =>
        Kind is ModelActionKind.Send or ModelActionKind.Receive ? $"{Kind} {Rank}.{Lane}" : $"{Kind} {Rank}";
}
