/* The rules of the OCA for Odoo 19; what it warns of is an error here, so that
 * the command's answer is yes or no. */
const globals = require("globals");
const jsdoc = require("eslint-plugin-jsdoc");

const RULES = `
    accessor-pairs array-callback-return constructor-super dot-notation eqeqeq
    init-declarations max-depth max-nested-callbacks max-statements-per-line no-alert
    no-array-constructor no-caller no-case-declarations no-class-assign no-cond-assign
    no-const-assign no-constant-condition no-control-regex no-debugger no-delete-var
    no-div-regex no-dupe-args no-dupe-class-members no-dupe-keys no-duplicate-case
    no-duplicate-imports no-else-return no-empty no-empty-character-class
    no-empty-function no-empty-pattern no-eq-null no-eval no-ex-assign no-extend-native
    no-extra-bind no-extra-boolean-cast no-extra-label no-fallthrough no-func-assign
    no-global-assign no-implicit-globals no-implied-eval no-inner-declarations
    no-invalid-regexp no-irregular-whitespace no-iterator no-label-var no-labels
    no-lone-blocks no-lonely-if no-multi-str no-negated-condition no-new no-new-func
    no-new-wrappers no-obj-calls no-octal no-octal-escape no-param-reassign no-proto
    no-prototype-builtins no-redeclare no-regex-spaces no-return-assign no-script-url
    no-self-assign no-self-compare no-sequences no-shadow no-shadow-restricted-names
    no-sparse-arrays no-this-before-super no-throw-literal no-undef no-undef-init
    no-unmodified-loop-condition no-unneeded-ternary no-unreachable no-unsafe-finally
    no-unused-expressions no-unused-labels no-unused-vars no-use-before-define
    no-useless-call no-useless-computed-key no-useless-concat no-useless-constructor
    no-useless-escape no-useless-rename no-void no-with operator-assignment prefer-const
    radix require-yield spaced-comment use-isnan valid-typeof yoda
    jsdoc/check-tag-names jsdoc/check-types
`;

module.exports = [
    {ignores: ["**/lib/**"]},
    {
        plugins: {jsdoc},
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, luxon: "readonly", odoo: "readonly"},
        },
        rules: {
            ...Object.fromEntries(
                RULES.split(/\s+/)
                    .filter(Boolean)
                    .map((name) => [name, "error"])
            ),
            complexity: ["error", 15],
            "no-implicit-coercion": ["error", {allow: ["~"]}],
        },
    },
    {
        files: ["*.cjs"],
        languageOptions: {sourceType: "commonjs", globals: globals.node},
    },
];
