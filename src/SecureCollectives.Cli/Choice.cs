namespace SecureCollectives.Cli;

/// <summary>One of the words accepted by an option; help and the command line show the word.</summary>
/// <param name="Word">The word on the command line.</param>
/// <param name="Value">The value that the word stands for.</param>
internal sealed record Choice<T>(string Word, T Value)
{
    public override string ToString() => Word;
}
