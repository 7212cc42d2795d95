using System.CommandLine;

namespace SecureCollectives.Cli;

/// <summary>An option whose value is one of a few words, the first of which is the default.</summary>
internal static class ChoiceOption
{
    /// <param name="name">The option's name, with its dashes.</param>
    /// <param name="description">The option's description in the help.</param>
    /// <param name="choices">The words, the default first.</param>
    public static Option<Choice<T>> Create<T>(string name, string description, params Choice<T>[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        var option = new Option<Choice<T>>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => choices[0],
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (choices.FirstOrDefault(choice => choice.Word == text) is { } named)
                {
                    return named;
                }

                result.AddError($"{name} must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'.");
                return choices[0];
            },
        };
        option.CompletionSources.Add(words);
        return option;
    }
}
