using System.CommandLine;

namespace SecureCollectives.CommandLine;

/// <summary>
/// The verb <c>completion</c>: prints the function with which a shell completes this program's command lines. The function queries the
/// program itself, through System.CommandLine's <c>[suggest]</c> directive, so it always knows the current options.
/// </summary>
internal static class CompletionCommand
{
    /// <param name="program">The program's name, as users type it.</param>
    public static Command Create(string program)
    {
        (string Name, string Script)[] shells = [("bash", Bash(program)), ("zsh", Zsh(program))];
        var names = shells.Select(shell => shell.Name).ToArray();
        var shell = new Argument<string>("SHELL")
        {
            Description = $"The shell: {string.Join(" or ", names)}.",
            HelpName = string.Join('|', names),
            CompletionSources = { names },
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!names.Contains(text, StringComparer.Ordinal))
                {
                    result.AddError($"SHELL must be {string.Join(" or ", names)}, not '{text}'.");
                }

                return text;
            },
        };
        var command = new Command("completion", Description(program)) { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell);
            parsed.InvocationConfiguration.Output.Write(shells.Single(known => known.Name == name).Script);
        });
        return command;
    }

    private static string Description(string program) => $"""
        Prints what a shell needs to complete this program's options and their values with the Tab key.

        To set it up, add one line to ~/.bashrc, or to ~/.zshrc after compinit:

          source <({program} completion bash)
          source <({program} completion zsh)
        """;

    private static string FunctionOf(string program) => $"_{program.Replace('-', '_')}";

    // The program suggests everything that contains the word; a shell needs only what begins with it, and otherwise completes file names.
    private static string Bash(string program) => $$"""
        {{FunctionOf(program)}}() {
            local line="{{program}}${COMP_LINE#"$1"}" candidate
            local position=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            COMPREPLY=()
            while IFS= read -r candidate; do
                if [[ -n $candidate && $candidate == "$2"* ]]; then
                    COMPREPLY+=("$candidate")
                fi
            done < <({{program}} "[suggest:$position]" "$line" 2> /dev/null)
        }
        complete -o bashdefault -o default -F {{FunctionOf(program)}} {{program}}

        """;

    private static string Zsh(string program) => $$"""
        {{FunctionOf(program)}}() {
            local line="{{program}} ${(j: :)words[2,CURRENT-1]}"
            (( CURRENT > 2 )) && line+=" "
            line+="$PREFIX"
            local -a candidates
            candidates=(${(f)"$({{program}} "[suggest:${#line}]" "$line" 2> /dev/null)"})
            compadd -- $candidates || _files
        }
        compdef {{FunctionOf(program)}} {{program}}

        """;
}
